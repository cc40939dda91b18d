import {
  type Answer,
  type AnalyzeOptions,
  checkParams,
  DECODE_LIMITS,
  defineHead,
  type HeadDescription,
  type ModelVariant,
  type ImageMask,
  type Outcome,
  type Provenance,
  type TrainedEncoder,
  type Zoo,
  ZooError,
  type ZooRuntime,
} from '@medzoo/core';

const trained: TrainedEncoder = {
  schema: 1,
  name: 'fake',
  version: '1.2.3',
  model: { url: 'file:///fake.onnx', sha256: 'e'.repeat(64), bytes: 1, inputs: [], outputs: [] },
  preprocess: {
    size: { width: 16, height: 16 },
    fit: 'stretch',
    interpolation: 'bilinear',
    channels: 'rgb',
    mean: [0, 0, 0],
    std: [1, 1, 1],
  },
  labels: ['left', 'right'],
  metrics: [
    {
      ...{ name: 'dice', value: 0.9, interval95: [0.88, 0.92], dataset: 'phantoms', split: 'test', n: 40 },
      label: 'left',
    },
    {
      ...{ name: 'presence_auroc', value: 0.97, dataset: 'phantoms', split: 'test', n: 20, label: 'left' },
      negatives: { kind: 'near', sets: ['other phantoms'], n: 8 },
    },
  ],
  trainedOn: [{ dataset: 'phantoms', licence: 'CC0-1.0', n: 400, source: 'Drawn by a script' }],
  initialisedFrom: [{ name: 'net', source: 'https://example.org/net', licence: 'MIT' }],
  licence: 'Apache-2.0',
};
const encoder = { id: 'fake-encoder', trained };
const about = { intendedUse: 'Tests.', modalities: ['DX'] } as const;
const threshold = { type: 'number', default: 0.5, min: 0, max: 1, description: 'From which a pixel belongs.' } as const;

export const organs = defineHead({
  manifest: {
    ...about,
    id: 'organs',
    title: 'Organs',
    task: 'segmentation',
    params: {
      threshold,
      edge: { type: 'choice', default: 'soft', options: ['soft', 'hard'], description: 'Edge.' },
      targets: { type: 'labels', description: 'Which targets.' },
      points: { type: 'points', description: 'Prompts.' },
    },
  },
  encoder,
  trained: { ...trained, model: { ...trained.model, sha256: 'a'.repeat(64) } },
  decode: () => ({ masks: [] }),
});
/** A file of a head in another precision, as its model file lists it. */
export const VARIANT: ModelVariant = {
  ...{ precision: 'int8-static', providers: ['cpu'], url: 'file:///int8.onnx', sha256: 'd'.repeat(64), bytes: 9 },
  gate: [{ dataset: 'phantoms', metric: 'accuracy', split: 'val', n: 9, before: 0.9, after: 0.9 }],
};

export const diagnosis = defineHead({
  manifest: { ...about, id: 'diagnosis', title: 'Diagnosis', task: 'classification', params: {} },
  encoder,
  trained: {
    ...trained,
    labels: ['healthy', 'ill'],
    model: { ...trained.model, sha256: 'b'.repeat(64) },
    variants: [VARIANT],
  },
  decode: () => ({ scores: [] }),
});
/** Fails with INFERENCE_FAILED and words that are not for callers. */
export const broken = defineHead({
  manifest: { ...about, id: 'broken', title: 'Broken', task: 'classification', params: {} },
  encoder,
  trained,
  decode: () => ({ scores: [] }),
});

export interface FakeCall {
  readonly bytes: number;
  readonly requests: Readonly<Record<string, unknown>>;
  readonly options: AnalyzeOptions;
}

export interface FakeZoo extends Zoo {
  readonly calls: readonly FakeCall[];
}

export const RUNTIME: ZooRuntime = {
  state: 'ready',
  queue: { pending: 0, waiting: 0, limit: 32, retryAfterMs: 1000, quarantined: 0 },
  processes: [
    {
      state: 'up',
      pid: 7,
      threads: 2,
      rssBytes: 2 ** 33, // does not fit into GraphQL's Int
      crashes: 0,
      models: [
        {
          id: 'organs',
          sha256: 'a'.repeat(64),
          precision: 'reference',
          provider: 'fake',
          maxBatch: 8,
          declaredBytes: 2 ** 32,
          measuredBytes: null,
          skipped: [{ provider: 'cuda', reason: 'There is no driver.' }],
        },
      ],
      memory: [
        { device: 'cpu', budgetBytes: 2 ** 33, modelBytes: 2 ** 32, unreturnedBytes: 0, evictions: 1 },
        { device: 'cuda:0', budgetBytes: null, modelBytes: 0, unreturnedBytes: 7, evictions: 0 },
      ],
    },
  ],
};

/** Answers at once and records what it was asked. `before` may wait or throw in place of the whole call. */
export function createFakeZoo(before?: (call: FakeCall) => unknown, runtime: ZooRuntime = RUNTIME): FakeZoo {
  const heads: readonly HeadDescription[] = [organs, diagnosis, broken];
  const calls: FakeCall[] = [];
  return {
    heads: heads,
    limits: DECODE_LIMITS,
    calls,
    async analyze(image, requests, options = {}) {
      const call = { bytes: 'sha256' in image ? image.bytes.length : image.length, requests, options };
      calls.push(call);
      const entries = Object.entries(requests as Record<string, Record<string, unknown>>).map(([id, given]) => {
        const head = heads.find(({ manifest }) => manifest.id === id);
        if (!head) throw new ZooError('UNKNOWN_HEAD', `There is no head "${id}". There are organs, diagnosis, broken.`);
        return [id, head, checkParams(head.manifest.params, given, head.trained.labels)] as const;
      });
      await before?.(call);
      options.signal?.throwIfAborted();
      const outcomes = entries.map(([id, head, params]) => [id, answer(head, params, options)]);
      return Object.fromEntries(outcomes) as never;
    },
    prefetch: () => Promise.resolve(),
    runtime: () => runtime,
    close: () => Promise.resolve(),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

function answer(
  head: HeadDescription,
  params: Readonly<Record<string, unknown>>,
  options: AnalyzeOptions,
): Outcome<Answer> {
  const { id } = head.manifest;
  if (id === 'broken') return { ok: false, error: new ZooError('INFERENCE_FAILED', 'Secret: node /x/y failed.') };
  const value: Answer =
    id === 'organs'
      ? { task: 'segmentation', masks: head.trained.labels.map((label) => fakeMask(label, params, options)) }
      : {
          task: 'classification',
          label: 'ill',
          scores: [
            { label: 'ill', probability: 0.75 },
            { label: 'healthy', probability: 0.25 },
          ],
          plausible: { labels: ['ill'], errorRate: 0.1 },
          heatMap: { size: { width: 3, height: 2 }, values: Float32Array.of(0, 0.2, 0.4, 0.6, 0.8, 1) },
        };
  return { ok: true, value, provenance: provenanceOf(head) };
}

/** A mask of 3 x 2 pixels whose first column is set. */
function fakeMask(
  label: string,
  params: Readonly<Record<string, unknown>>,
  { encodings = [] }: AnalyzeOptions,
): ImageMask {
  const square = [
    { x: 0, y: 0 },
    { x: 1, y: 0 },
    { x: 1, y: 2 },
    { x: 0, y: 2 },
  ];
  return {
    label,
    presence: 0.99,
    quality: 0.8,
    threshold: Number(params.threshold),
    rle: { size: { width: 3, height: 2 }, counts: '024' },
    area: 2,
    areaFraction: 1 / 3,
    boundingBox: { x: 0, y: 0, width: 1, height: 2 },
    ...(encodings.includes('polygons') && { polygons: [{ exterior: square, holes: [] }] }),
    ...(encodings.includes('png') && { png: Uint8Array.from(Buffer.from(`png of ${label}`)) }),
  };
}

function provenanceOf({ manifest, trained: { version, model } }: HeadDescription): Provenance {
  return {
    head: { id: manifest.id, version, sha256: model.sha256 },
    encoder: { id: encoder.id, version: trained.version, sha256: trained.model.sha256 },
    provider: 'fake',
    image: { sha256: 'c'.repeat(64), width: 3, height: 2, format: 'png' },
    view: { frame: 0, frames: 1, window: null, spacing: null, modality: null },
    encoderProvider: 'fake',
    headPrecision: 'reference',
    encoderPrecision: 'reference',
    preprocess: trained.preprocess,
    cached: false,
    timingsMs: { decode: 1, preprocess: 1, encode: 10, head: 2, postprocess: 1, total: 15 },
  };
}
