import { z } from 'zod';
import { countBase64Floats as lengthOf, readBase64Floats } from './schema/base64-floats.js';
import { aName, aNameInOneLine } from './names/a-name.js';
import { sha256 } from './model-spec.js';
import { strictObject } from './schema/strict-object.js';

const names = z.array(aName).readonly();

/** Base64 of float32, little endian: 25,000 numbers would be unreadable as JSON too, and five times as large. */
const floats = z.string().superRefine((text, context) => {
  const values = readBase64Floats(text);
  const refuse = (message: string) => context.addIssue({ code: 'custom', message, continue: false });
  if (values === undefined) refuse('expected base64 of float32 numbers, little endian');
  else if (values.length === 0) refuse('expected at least one number');
  else if (!values.every(Number.isFinite)) refuse('holds a number that is not finite');
});

const gaussianFields = {
  /** float32 [K]. */
  mean: floats,
  /** The inverse of the covariance's Cholesky factor: its lower triangle, row by row, float32 [K * (K + 1) / 2]. */
  factor: floats,
  /** The log-determinant of the covariance. */
  offset: z.number(),
  /** Images it was fitted on. */
  n: z.int().positive(),
};
const gaussian = strictObject(gaussianFields);

/** A normal distribution of projected embeddings, float32 [K]. No image's own embedding can be read from it. */
export type GaussianSpec = z.infer<typeof gaussian>;

const namedGaussian = strictObject({
  ...gaussianFields,
  /** In words for people, such as "chest film of a child". */
  name: aNameInOneLine,
  datasets: names,
});

export const encoderDomain = strictObject({
  /** Mean and population standard deviation of each channel of the embedding. */
  pooling: z.literal('mean-std'),
  /** float32 [2 * channels]. */
  center: floats,
  /** float32 [K, 2 * channels], row-major. */
  projection: floats,
  /** Of all images there are. */
  background: gaussian,
  /** Kinds of images, each with a name of its own. */
  known: z.array(namedGaussian).readonly(),
}).superRefine((domain, context) => {
  const refuse = (path: (string | number)[], message: string) => context.addIssue({ code: 'custom', path, message });
  const width = lengthOf(domain.center);
  const depth = lengthOf(domain.projection) / width;
  if (width % 2 !== 0) refuse(['center'], `has ${width} numbers; expected a mean and a deviation for each channel`);
  if (!Number.isInteger(depth)) {
    refuse(['projection'], `has ${lengthOf(domain.projection)} numbers; expected rows of ${width}, as center has`);
    return;
  }
  checkGaussian(domain.background, depth, (key, message) => refuse(['background', key], message));
  const names = new Set<string>();
  for (const [index, one] of domain.known.entries()) {
    checkGaussian(one, depth, (key, message) => refuse(['known', index, key], message));
    if (names.has(one.name)) refuse(['known', index, 'name'], 'stands here twice');
    names.add(one.name);
  }
});

/** What an encoder knows of kinds of images: heads say against it whether an image is of their own kind. */
export type EncoderDomain = z.infer<typeof encoderDomain>;

/** Each costs a tenth of a millisecond where a head reads it. */
const MOST_FURTHER = 8;

export const furtherDomains = z.array(encoderDomain).min(1).max(MOST_FURTHER).readonly();

/** A head's domain that names no directions is in those of the usual one. */
export function checkFurtherDomains(
  encoder: { readonly domain?: unknown; readonly furtherDomains?: unknown },
  context: z.RefinementCtx,
): void {
  if (encoder.domain !== undefined || encoder.furtherDomains === undefined) return;
  context.addIssue({ code: 'custom', path: ['furtherDomains'], message: 'needs the usual one, `domain`' });
}

const threshold = strictObject({
  /** The share of images of its own kind that lie beyond it, at most; fewer of the held-out ones may do so. */
  falseRefusals: z.number().gt(0).lt(1),
  score: z.number(),
});

const headDomain = strictObject({
  /** The labels it is about; the whole head by default. */
  labels: z.array(aName).min(1).readonly().exactOptional(),
  /** What the head was trained on; several may have one name. */
  own: z.array(namedGaussian).min(1).readonly(),
  /**
   * SHA-256 of the encoder's `center`, then its `projection`, as float32 bytes: `own` is in these directions and means
   * nothing in others. Files of before it was written lack it.
   */
  projection: sha256.exactOptional(),
  /** The encoder's known domains that are not held against an image. */
  covers: names,
  /** In ascending order of `falseRefusals`. */
  thresholds: z.array(threshold).min(1).readonly(),
  /** The `falseRefusals` of the threshold in use. */
  use: z.number(),
  /** Images that the thresholds were chosen on. */
  n: z.int().positive(),
  datasets: names,
  split: aName,
  /** Of those n images, ascending: what scores at home look like. */
  scores: z.array(z.number()).min(1).readonly().exactOptional(),
}).superRefine(({ own, thresholds, use, n, scores = [] }, context) => {
  const refuse = (path: (string | number)[], message: string) => context.addIssue({ code: 'custom', path, message });
  const rates = thresholds.map(({ falseRefusals }) => falseRefusals);
  if (!rates.includes(use)) refuse(['use'], `is ${use}, which is none of the thresholds' ${rates.join(', ')}`);
  for (const [index, one] of thresholds.entries()) {
    const before = thresholds[index - 1];
    if (!before || (before.falseRefusals < one.falseRefusals && before.score >= one.score)) continue;
    refuse(['thresholds', index], 'expected more false refusals, at a score that is not higher, than the one before');
  }
  if (scores.length > 0 && scores.length !== n) refuse(['scores'], `has ${scores.length} numbers; expected n, ${n}`);
  const fallen = scores.findIndex((score, index) => index > 0 && score < scores[index - 1]!);
  if (fallen > 0) refuse(['scores', fallen], 'is lower than the one before; expected them in ascending order');
  for (const [index, one] of own.entries()) {
    checkGaussian(one, lengthOf(own[0]!.mean), (key, message) => refuse(['own', index, key], message));
  }
});

/** The kind of images that a head, or some of its labels, was trained on. */
export type HeadDomain = z.infer<typeof headDomain>;

export const headDomains = z.array(headDomain).min(1).readonly();

function checkGaussian(
  { mean, factor }: GaussianSpec,
  depth: number,
  refuse: (key: 'mean' | 'factor', message: string) => void,
): void {
  const expected = { mean: depth, factor: (depth * (depth + 1)) / 2 };
  const found = { mean: lengthOf(mean), factor: lengthOf(factor) };
  for (const key of ['mean', 'factor'] as const) {
    if (found[key] !== expected[key]) refuse(key, `has ${found[key]} numbers; expected ${expected[key]}`);
  }
}
