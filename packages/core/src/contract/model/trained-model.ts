import { z } from 'zod';
import { windowRule } from '../window/window-rule.js';
import { checkLabels } from './names/check-labels.js';
import { checkFurtherDomains, encoderDomain, furtherDomains, headDomains } from './domain-spec.js';
import { labelConcept } from './concepts.js';
import { HEAD_ID, SAY_HEAD_ID } from './names/head-id.js';
import { quantities } from './quantities.js';
import { aName, aNameInOneLine } from './names/a-name.js';
import { modelSpec, sha256 } from './model-spec.js';
import { strictObject } from './schema/strict-object.js';
import { checkVariants, variants } from './variants.js';

const count = z.int().positive();
const fraction = z.number().min(0).max(1);
const byLabel = z.record(z.string(), fraction).readonly();

const listOf = <T extends z.ZodType>(item: T) => z.array(item).readonly();

const preprocessFields = {
  size: strictObject({ width: count, height: count }),
  /**
   * 'letterbox' keeps the aspect: image at the top left, zeros (after normalisation) to its right or below, as in SAM.
   */
  fit: z.enum(['stretch', 'letterbox']),
  /** 'nearest' is SAM-Med2D's rule, source index = floor(index * in / out); 'bilinear' has half-pixel centres. */
  interpolation: z.enum(['nearest', 'bilinear']),
  /** Bilinear only: widen the kernel with the scale when shrinking, as Pillow and torch's antialias. Default false. */
  antialias: z.boolean().exactOptional(),
  channels: z.enum(['rgb', 'bgr', 'gray']),
  /** Per channel, in the order of `channels`, on pixels 0..255. */
  mean: listOf(z.number()),
  std: listOf(z.number().positive()),
  /**
   * By which grey values of more than 8 bits became the 0..255 that training saw; the decoder's usual rule by default.
   */
  window: windowRule.exactOptional(),
};

const preprocess = strictObject(preprocessFields).refine(
  ({ channels, mean, std }) => [mean, std].every(({ length }) => length === (channels === 'gray' ? 1 : 3)),
  { message: 'mean and std need one number per channel' },
);

/** From decoded pixels to the encoder's input, float32 [1, channels, height, width], normalised. */
export type PreprocessSpec = z.infer<typeof preprocess>;

/**
 * A head says at most its own `window`, which takes precedence over its encoder's; of the rest, nothing would be
 * applied.
 */
const headPreprocess = strictObject({
  size: preprocessFields.size.exactOptional(),
  fit: preprocessFields.fit.exactOptional(),
  interpolation: preprocessFields.interpolation.exactOptional(),
  antialias: preprocessFields.antialias,
  channels: preprocessFields.channels.exactOptional(),
  mean: preprocessFields.mean.exactOptional(),
  std: preprocessFields.std.exactOptional(),
  window: preprocessFields.window,
});

const negatives = strictObject({
  /**
   * 'other': of other sets. Hard: 'background' beside the label, 'empty' masks of its own sets, 'near' sets of its
   * modality.
   */
  kind: aName,
  sets: z.array(aName).min(1).readonly(),
  n: count,
});

/** Images without a label. The hard ones look like those with it. */
export type Negatives = z.infer<typeof negatives>;

const metric = strictObject({
  name: aName,
  value: z.number(),
  interval95: z.tuple([z.number(), z.number()]).readonly().exactOptional(),
  dataset: aName,
  split: aName,
  n: count,
  /** The label it is about; all of them by default. */
  label: aName.exactOptional(),
  /** What each image's truth gave the head as a prompt, such as 'box'. */
  prompt: aName.exactOptional(),
  /** Labels whose images were left out of the set. */
  excludedLabels: z.array(aName).min(1).readonly().exactOptional(),
  /** What was done to the images first, as `medzoo evaluate --corrupt` calls it. */
  corruption: aName.exactOptional(),
  /** Of a share out of domain: at which of the head's thresholds. */
  falseRefusals: fraction.exactOptional(),
  /** Of presence: the images without the label that were to be told from those with it. */
  negatives: negatives.exactOptional(),
});

/** A number that was measured, and all that is needed to measure it again. */
export type Metric = z.infer<typeof metric>;

const calibration = strictObject({
  /** Logits are divided by it before the softmax or, for several labels of one image, the sigmoid. */
  temperature: z.number().positive(),
  /** The images it was fitted on. */
  dataset: aName.exactOptional(),
  split: aName.exactOptional(),
  n: count.exactOptional(),
  /** Class-conditional conformal sets: a label is plausible when 1 - probability <= its quantile. */
  conformal: strictObject({
    errorRate: fraction,
    /** A label of too few images has the value for all images, without a promise, or 1: it is never ruled out. */
    quantiles: byLabel,
    n: count,
    /** Images of each label among the n. */
    counts: z.record(aName, count).readonly().exactOptional(),
  }).exactOptional(),
});

/** What makes probabilities honest, measured on held-out images. */
export type Calibration = z.infer<typeof calibration>;

const trainingSet = strictObject({
  dataset: aName,
  licence: aName,
  n: count,
  /** Where it is from, as its licence asks to be named. */
  source: aName.exactOptional(),
  /** What is never on both sides of a split: 'patient', say. */
  grouping: aName.exactOptional(),
  /**
   * SHA-256 of the list of images that it learnt from or was chosen by, by which `medzoo evaluate` notices that the set
   * has changed since. `medzoo embed` writes it into embed.json.
   */
  seen: sha256.exactOptional(),
});

/** Images that a model learnt from. */
export type TrainingSet = z.infer<typeof trainingSet>;

const initialWeights = strictObject({ name: aName, source: aName, licence: aName });

/** Weights of somebody else that training began with. */
export type InitialWeights = z.infer<typeof initialWeights>;

const speed = strictObject({
  /** In words: processor and what of it was used. */
  machine: aName,
  provider: aName,
  method: aName,
  /** Runs that the median is of. */
  n: count,
  medianMs: z.record(aName, z.number().min(0)).readonly(),
});

/** Median milliseconds of one image by stage, embedding included, on one machine. */
export type Speed = z.infer<typeof speed>;

const SAY_DIGEST =
  "expected the digest of the encoder's weights, 64 lower-case hexadecimal digits, as `encoder.digest` of the " +
  'embed.json that `medzoo embed` wrote beside the embeddings has it';

const encoderIdentity = strictObject({
  id: aName,
  /** Digest of the encoder's weights file. */
  sha256: z.string({ error: SAY_DIGEST }).regex(/^[0-9a-f]{64}$/, { error: SAY_DIGEST }),
});

/** Which encoder a head was trained on: it reads that one's embeddings and no other's. */
export type EncoderIdentity = z.infer<typeof encoderIdentity>;

const modelManifest = strictObject({
  /** As in a head's manifest: lower-case words joined by hyphens. */
  id: aName.max(64).regex(HEAD_ID, { error: SAY_HEAD_ID }),
  title: aName,
  intendedUse: aName,
  /** DICOM codes, such as 'DX'. */
  modalities: listOf(aName),
});

/** What a person says about a head that has no code, and so no manifest of its own. */
export type ModelManifest = z.infer<typeof modelManifest>;

const modelFields = {
  schema: z.literal(1, { error: ({ input }) => (input === undefined ? undefined : 'this release reads schema 1') }),
  name: aName,
  version: aName,
  model: modelSpec,
  /**
   * The encoder whose embeddings a head learnt to read. A zoo refuses a head that does not say it, and one on another.
   */
  encoder: encoderIdentity.exactOptional(),
  /** Heads without code only: what else would stand in the code. */
  manifest: modelManifest.exactOptional(),
  /** In the order of the model's outputs; empty for an encoder. */
  labels: listOf(aNameInOneLine),
  /** By label: what it means in coded terms, such as SNOMED CT's. Without one a DICOM segmentation cannot name it. */
  concepts: z.record(z.string(), labelConcept).readonly().exactOptional(),
  /** By label: the probability from which a pixel belongs to the mask, or an image has the label; 0.5 by default. */
  thresholds: byLabel.exactOptional(),
  /** By label: the presence below which a mask is empty, or a keypoint absent, on purpose; 0 (never) by default. */
  presenceThresholds: byLabel.exactOptional(),
  calibration: calibration.exactOptional(),
  /** By label of a regression, which needs one for each: what its numbers are. */
  quantities: quantities.exactOptional(),
  metrics: listOf(metric),
  trainedOn: listOf(trainingSet),
  initialisedFrom: listOf(initialWeights).exactOptional(),
  speed: listOf(speed).exactOptional(),
  licence: aName,
  /** Commit of the code that trained and exported it. */
  code: aName.exactOptional(),
  /** The same model in other precisions; a session opens the first one that is for its execution provider. */
  variants: variants.exactOptional(),
};

/** A model.json, of a head or of an encoder. */
export const trainedModel = strictObject({
  ...modelFields,
  preprocess: headPreprocess.exactOptional(),
  /**
   * Heads only: the kinds of images it was trained on, for the whole head or by label. Without it no answer says
   * whether it is at home.
   */
  domains: headDomains.exactOptional(),
  /** The weights are random, as `npm create @medzoo/head` writes them to begin with: each answer warns of it. */
  untrained: z.literal(true).exactOptional(),
})
  .superRefine(checkLabels)
  .superRefine(checkVariants);

/** An encoder's model.json. Preprocessing belongs to the encoder: heads see what it prepared. */
export const trainedEncoder = strictObject({
  ...modelFields,
  preprocess,
  /** The kinds of images it knows, against which the domains of its heads are measured. */
  domain: encoderDomain.exactOptional(),
  /**
   * The same in other directions, for heads that need finer ones, such as classifiers that are to tell an inverted
   * image. A head's domain says by its `projection` which it was fitted for.
   */
  furtherDomains: furtherDomains.exactOptional(),
})
  .superRefine(checkLabels)
  .superRefine(checkVariants)
  .superRefine(checkFurtherDomains);

/** What is data about a model: written by the exporter as model.json, parsed, never cast. */
export type TrainedModel = z.infer<typeof trainedModel>;

export type TrainedEncoder = z.infer<typeof trainedEncoder>;
