import { describe, expect, expectTypeOf, it } from 'vitest';
import type { Answer, ClassificationAnswer, Outcome, SegmentationAnswer } from './answers/answers.js';
import { defineHead, type Head } from './head/head.js';
import type { TrainedEncoder } from './model/trained-model.js';
import type { PromptPoint } from './params/params.js';
import { float32Tensor } from './backend/tensor.js';
import type { HeadRequests, Zoo } from './zoo.js';

const trained: TrainedEncoder = {
  schema: 1,
  name: 'x',
  version: '1',
  model: { url: 'file:///x.onnx', sha256: '0'.repeat(64), bytes: 1, inputs: [], outputs: [] },
  preprocess: {
    size: { width: 8, height: 8 },
    fit: 'stretch',
    interpolation: 'nearest',
    channels: 'gray',
    mean: [0],
    std: [1],
  },
  labels: ['lungs'],
  metrics: [],
  trainedOn: [],
  licence: 'Apache-2.0',
};
const encoder = { id: 'tiny', trained };
const about = { title: 'x', intendedUse: 'x', modalities: [] } as const;

const segment = defineHead({
  manifest: {
    ...about,
    id: 'segment',
    task: 'segmentation',
    params: {
      threshold: { type: 'number', default: 0.5, description: 'x' },
      edge: { type: 'choice', default: 'soft', options: ['soft', 'hard'], description: 'x' },
      points: { type: 'points', description: 'x' },
    },
  },
  encoder,
  trained,
  feeds({ embedding, params, toModelSpace }) {
    expectTypeOf(params.points).toEqualTypeOf<readonly PromptPoint[]>();
    return {
      embedding,
      points: float32Tensor(
        [1, 2],
        Float32Array.from(params.points.flatMap((p) => Object.values(toModelSpace(p)) as number[])),
      ),
    };
  },
  decode({ params }) {
    expectTypeOf(params.edge).toEqualTypeOf<'soft' | 'hard'>();
    expectTypeOf(params.threshold).toEqualTypeOf<number>();
    return { masks: [] };
  },
});
const classify = defineHead({
  manifest: { ...about, id: 'classify', task: 'classification', params: {} },
  encoder,
  trained,
  decode: () => ({ scores: [] }),
});

/** Resolves to an empty object: these tests are about types. */
const zoo: Zoo<readonly [typeof segment, typeof classify]> = {
  heads: [segment, classify],
  limits: { maxBytes: 1, maxPixels: 1, maxSide: 1, maxDecodingBytes: 1, timeoutSeconds: 1 },
  analyze: () => Promise.resolve({} as never),
  prefetch: () => Promise.resolve(),
  runtime: () => ({}) as never,
  close: () => Promise.resolve(),
  [Symbol.asyncDispose]: () => Promise.resolve(),
};
const image = new Uint8Array();

describe('types flow from a manifest literal', () => {
  it('to the answers: only requested heads, each typed by its task', async () => {
    const answers = await zoo.analyze(image, { segment: { threshold: 0.4, edge: 'hard' } });
    expectTypeOf(answers).toEqualTypeOf<{ readonly segment: Outcome<SegmentationAnswer> }>();
    // @ts-expect-error classify was not asked for
    expect(answers.classify).toBeUndefined();
    const both = await zoo.analyze(image, { segment: {}, classify: {} }, { deadlineMs: 100, encodings: ['png'] });
    expectTypeOf(both.classify).toEqualTypeOf<Outcome<ClassificationAnswer>>();
  });

  it('to an outcome that may be missing, of a head that may not have been asked for', async () => {
    const open: HeadRequests<readonly [typeof segment, typeof classify]> = { segment: {} };
    const some = await zoo.analyze(image, open);
    expectTypeOf(some.classify).toEqualTypeOf<Outcome<ClassificationAnswer> | undefined>();
    const maybe = await zoo.analyze(image, { segment: {}, ...(image.length > 0 && { classify: {} }) });
    expectTypeOf(maybe.segment).toEqualTypeOf<Outcome<SegmentationAnswer>>();
    expectTypeOf(maybe.classify).toEqualTypeOf<Outcome<ClassificationAnswer> | undefined>();
  });

  it('to points that are positive unless they say otherwise', () => {
    void zoo.analyze(image, { segment: { points: [{ x: 1, y: 2 }] } });
    void zoo.analyze(image, { segment: { points: [{ x: 1, y: 2, positive: false }] } });
    const kept: readonly PromptPoint[] = [];
    void zoo.analyze(image, { segment: { points: kept } });
    // @ts-expect-error a point without y
    void zoo.analyze(image, { segment: { points: [{ x: 1 }] } });
    // @ts-expect-error a label in the place of what it says
    void zoo.analyze(image, { segment: { points: [{ x: 1, y: 2, positive: 'no' }] } });
  });

  it('to errors for misspelt heads and params, wrong values and wrong answers', () => {
    // @ts-expect-error a misspelt head
    void zoo.analyze(image, { segmnt: {} });
    // @ts-expect-error a misspelt head beside a right one
    void zoo.analyze(image, { segment: {}, segmnt: {} });
    // @ts-expect-error a misspelt param
    void zoo.analyze(image, { segment: { treshold: 0.4 } });
    // @ts-expect-error a misspelt param beside a right one
    void zoo.analyze(image, { segment: { threshold: 0.4, egde: 'hard' } });
    // @ts-expect-error not one of the options
    void zoo.analyze(image, { segment: { edge: 'harder' } });
    // @ts-expect-error a segmentation head that answers like a classifier
    defineHead({ manifest: segment.manifest, encoder, trained, decode: () => ({ scores: [] }) });
    const guess = { ...about, id: 'guess', task: 'guess', params: {} } as const;
    // @ts-expect-error no such task
    defineHead({ manifest: guess, encoder, trained, decode: () => ({ masks: [] }) });
    expect(zoo.heads[0].manifest.id).toBe('segment');
    expectTypeOf(zoo.heads[1].manifest.id).toEqualTypeOf<'classify'>();
  });

  it('and a zoo whose heads are only known at run time takes any id and answers any task', async () => {
    const heads: readonly Head[] = [segment, classify];
    const anyZoo: Zoo = { ...zoo, heads };
    const requests: Record<string, Record<string, never>> = Object.fromEntries(
      heads.map(({ manifest }) => [manifest.id, {}]),
    );
    const answers = await anyZoo.analyze(image, requests);
    expectTypeOf(answers.segment).toEqualTypeOf<Outcome<Answer> | undefined>();
    const widened: Zoo = zoo;
    expect(widened.heads).toHaveLength(2);
  });
});
