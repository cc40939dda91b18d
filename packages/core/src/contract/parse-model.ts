import { z } from 'zod';
import { ZooError } from './errors.js';
import type { TrainedEncoder, TrainedModel, WeightsFile } from './manifest.js';

const name = z.string().min(1);
const count = z.int().positive();
const size = z.object({ width: count, height: count });
const fraction = z.number().min(0).max(1);
const byLabel = z.record(z.string(), fraction);

const tensorSpec = z.object({
  name,
  dtype: z.enum(['float32', 'uint8', 'int64']),
  shape: z.array(z.union([count, name])),
});

const preprocess = z
  .object({
    size,
    fit: z.enum(['stretch', 'letterbox']),
    interpolation: z.enum(['nearest', 'bilinear']),
    antialias: z.boolean().exactOptional(),
    channels: z.enum(['rgb', 'bgr', 'gray']),
    mean: z.array(z.number()),
    std: z.array(z.number().positive()),
  })
  .refine(({ channels, mean, std }) => [mean, std].every(({ length }) => length === (channels === 'gray' ? 1 : 3)), {
    message: 'mean and std need one number per channel',
  });

const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'expected 64 lower-case hexadecimal digits');

const weightsFile = z.object({
  url: name,
  sha256,
  bytes: count,
});

const metric = z.object({
  name,
  value: z.number(),
  interval95: z.tuple([z.number(), z.number()]).exactOptional(),
  dataset: name,
  split: name,
  n: count,
  label: name.exactOptional(),
  prompt: name.exactOptional(),
  excludedLabels: z.array(name).min(1).exactOptional(),
  negatives: z.object({ kind: name, sets: z.array(name).min(1), n: count }).exactOptional(),
});

const calibration = z.object({
  temperature: z.number().positive(),
  dataset: name.exactOptional(),
  split: name.exactOptional(),
  n: count.exactOptional(),
  conformal: z
    .object({ errorRate: fraction, quantiles: byLabel, n: count, counts: z.record(name, count).exactOptional() })
    .exactOptional(),
});

const trainingSet = z.object({
  dataset: name,
  licence: name,
  n: count,
  source: name.exactOptional(),
  grouping: name.exactOptional(),
});

const speed = z.object({
  machine: name,
  provider: name,
  method: name,
  n: count,
  medianMs: z.record(name, z.number().min(0)),
});

const trainedModel = z
  .object({
    schema: z.literal(1),
    name,
    version: name,
    model: weightsFile.extend({
      data: weightsFile.exactOptional(),
      inputs: z.array(tensorSpec).min(1),
      outputs: z.array(tensorSpec).min(1),
    }),
    encoder: z.object({ id: name, sha256 }).exactOptional(),
    labels: z.array(name),
    thresholds: byLabel.exactOptional(),
    presenceThresholds: byLabel.exactOptional(),
    calibration: calibration.exactOptional(),
    metrics: z.array(metric),
    trainedOn: z.array(trainingSet),
    initialisedFrom: z.array(z.object({ name, source: name, licence: name })).exactOptional(),
    speed: z.array(speed).exactOptional(),
    licence: name,
    code: name.exactOptional(),
  })
  .superRefine(checkLabels) satisfies z.ZodType<TrainedModel>;

const trainedEncoder = trainedModel.and(z.object({ preprocess })) satisfies z.ZodType<TrainedEncoder>;

/** What is said by label is said about labels that exist. */
function checkLabels(
  model: Pick<TrainedModel, 'labels' | 'thresholds' | 'presenceThresholds' | 'calibration' | 'metrics'>,
  context: z.RefinementCtx,
): void {
  const { labels, thresholds = {}, presenceThresholds = {}, calibration, metrics } = model;
  const refuse = (path: string[], message: string) => context.addIssue({ code: 'custom', path, message });
  if (new Set(labels).size < labels.length) refuse(['labels'], 'a label stands here twice');
  for (const [field, values] of Object.entries({
    thresholds,
    presenceThresholds,
    'calibration.conformal.quantiles': calibration?.conformal?.quantiles ?? {},
    'calibration.conformal.counts': calibration?.conformal?.counts ?? {},
  })) {
    const unknown = Object.keys(values).find((label) => !labels.includes(label));
    if (unknown !== undefined) refuse([...field.split('.'), unknown], `is not one of the labels ${labels.join(', ')}`);
  }
  for (const [index, { label }] of metrics.entries()) {
    if (label === undefined || labels.includes(label)) continue;
    refuse(['metrics', String(index), 'label'], `is not one of the labels ${labels.join(', ')}`);
  }
}

/**
 * Checks the content of a head's model.json; throws INVALID_MANIFEST, which names the path in the file. A relative `model.url` is
 * resolved against `location`, where the file lies, such as `new URL('../weights/model.json', import.meta.url)`.
 */
export function parseTrainedModel(json: unknown, location: URL): TrainedModel {
  return resolveWeights(parse(trainedModel, json, location), location);
}

/** As `parseTrainedModel`, for an encoder's file, which also says how images are preprocessed. */
export function parseTrainedEncoder(json: unknown, location: URL): TrainedEncoder {
  return resolveWeights(parse(trainedEncoder, json, location), location);
}

function parse<T>(schema: z.ZodType<T>, json: unknown, { protocol, host, pathname }: URL): T {
  const { success, data, error } = schema.safeParse(json);
  if (success) return data;
  const issues = error.issues.map(({ path, message }) => ({ path: path.join('.') || '(file)', message }));
  const lines = issues.map(({ path, message }) => `${path}: ${message}`);
  throw new ZooError(
    'INVALID_MANIFEST',
    `The model file ${protocol}//${host}${pathname} is not valid. Mend these in its exporter: ${lines.join('; ')}.`,
    { details: { issues } },
  );
}

function resolveWeights<T extends TrainedModel>(trained: T, location: URL): T {
  const { model } = trained;
  const data = model.data && resolveFile(model.data, location);
  return { ...trained, model: { ...resolveFile(model, location), ...(data && { data }) } };
}

function resolveFile<F extends WeightsFile>(file: F, location: URL): F {
  const url = URL.canParse(file.url, location.href) ? new URL(file.url, location) : undefined;
  if (url && (url.protocol !== 'file:' || location.protocol === 'file:')) return { ...file, url: url.href };
  throw new ZooError(
    'INVALID_MANIFEST',
    url
      ? `A model file from the network names weights on this machine, ${file.url}. Mend model.url: relative to the model file, or https.`
      : `The model file names weights at ${file.url}, which is no URL. Mend model.url in its exporter.`,
  );
}
