import { describe, expect, it } from 'vitest';
import type { AnalyzeOptions, Outcome, SegmentationAnswer, ZooEvent } from '../../contract/index.js';
import { createFakeBackend } from '../../testing/fake-backend.js';
import { testClasses, testMasks } from '../../testing/test-heads.js';
import { createTestImage } from '../../testing/test-image.js';
import { createZoo } from '../create-zoo.js';

const image = await createTestImage();

async function createCounted({ cacheBytes = 1e7, isFailing = () => false }: Partial<Options> = {}) {
  const runs: string[] = [];
  const backend = createFakeBackend({
    run: () => {
      if (isFailing()) throw new Error('out of order');
      return undefined;
    },
  });
  const observer = (event: ZooEvent): void => {
    if (event.type === 'run' && event.role === 'head') runs.push(event.model);
    if (event.type === 'answer') sources.push(event.source);
  };
  const sources: string[] = [];
  const zoo = await createZoo({ heads: [testMasks, testClasses], backend, cacheBytes, observer });
  const segment = async (params: { threshold?: number } = {}, options: AnalyzeOptions = {}) =>
    (await zoo.analyze(image, { 'test-masks': params }, options))['test-masks'];
  return { zoo, runs, sources, segment };
}

interface Options {
  readonly cacheBytes: number;
  readonly isFailing: () => boolean;
}

const valueOf = (outcome: Outcome<SegmentationAnswer>): SegmentationAnswer => {
  if (!outcome.ok) throw outcome.error;
  return outcome.value;
};

describe('an answer that was given before', () => {
  it('is given again, and says so', async () => {
    const { runs, sources, segment } = await createCounted();
    const first = await segment();
    const again = await segment({ threshold: 0.5 }); // the default
    expect(runs).toEqual(['test-masks']);
    expect(sources).toEqual(['run', 'cache']);
    expect(valueOf(again)).toEqual(valueOf(first));
    const { cached, timingsMs, ...made } = again.provenance!;
    expect(first.provenance).toMatchObject(made);
    expect(first.provenance?.cached).toBe(false);
    expect(cached).toBe(true);
    expect(timingsMs).toMatchObject({ decode: 0, preprocess: 0, encode: 0, head: 0, postprocess: 0 });
    expect(timingsMs.total).toBeGreaterThan(0);
  });

  it('is no answer to another question', async () => {
    const { zoo, runs, segment } = await createCounted();
    await segment();
    await segment({ threshold: 0.4 });
    await segment({}, { encodings: ['polygons'] });
    await segment({}, { encodings: ['polygons'], polygonTolerance: 2 });
    await zoo.analyze(await createTestImage({ seed: 2 }), { 'test-masks': {} });
    expect(runs).toHaveLength(5);
    const both = await zoo.analyze(image, { 'test-classes': {}, 'test-masks': {} });
    expect(runs).toHaveLength(6);
    expect(Object.keys(both)).toEqual(['test-classes', 'test-masks']);
    expect(both['test-masks'].ok && both['test-classes'].ok).toBe(true);
  });

  it('does not change when somebody writes into it', async () => {
    const { segment } = await createCounted();
    const options = { encodings: ['probabilities'] } as const;
    const expected = structuredClone(valueOf(await segment({}, options)));
    for (let turn = 0; turn < 2; turn += 1) {
      const answer = valueOf(await segment({}, options));
      expect(answer).toEqual(expected);
      answer.masks[0]!.probabilities!.values.fill(0);
    }
    expect(valueOf(await segment({}, options))).toEqual(expected);
  });

  it('is not kept where there is no room, nor if it was a failure', async () => {
    const none = await createCounted({ cacheBytes: 0 });
    await none.segment();
    await none.segment();
    expect(none.runs).toHaveLength(2);

    let isFailing = false;
    const { segment } = await createCounted({ isFailing: () => isFailing });
    await segment({ threshold: 0.1 });
    isFailing = true;
    expect(await segment({ threshold: 0.2 })).toMatchObject({ ok: false });
    isFailing = false;
    expect(await segment({ threshold: 0.2 })).toMatchObject({ ok: true });
  });
});
