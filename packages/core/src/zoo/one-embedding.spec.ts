import { describe, expect, it } from 'vitest';
import { createFakeZoo, ENCODER, headLike } from '../../test/fake-zoo.js';
import { createFakeBackend } from '../testing/fake-backend.js';
import { testClasses, testEncoder } from '../testing/test-heads.js';
import { createTestImage } from '../testing/test-image.js';
import { createZoo } from './create-zoo.js';

const image = await createTestImage();

describe('an embedding', () => {
  it('is made once for any number of heads and callers at one time, and for later ones', async () => {
    const { zoo, encoderRuns } = await createFakeZoo();
    const [first, second] = await Promise.all([
      zoo.analyze(image, { 'test-masks': {}, 'test-classes': {} }),
      zoo.analyze(image.slice(), { 'test-masks': { threshold: 0.3 } }),
    ]);
    const third = await zoo.analyze(image, { 'test-classes': {} });
    expect(encoderRuns()).toBe(1);
    expect(first['test-masks']).toMatchObject({ ok: true, provenance: { cached: false } });
    expect(first['test-classes']).toMatchObject({ ok: true, provenance: { cached: false } });
    expect(second['test-masks']).toMatchObject({ ok: true, provenance: { cached: true } });
    expect(third['test-classes']).toMatchObject({
      ok: true,
      provenance: { cached: true, timingsMs: { decode: 0, preprocess: 0, encode: 0 } },
    });
  });

  it('is kept as it was, whatever its callers write into their answers', async () => {
    const { zoo } = await createFakeZoo();
    const ask = async (threshold: number) => {
      const { 'test-masks': outcome } = await zoo.analyze(image, { 'test-masks': { threshold } });
      if (!outcome.ok) throw outcome.error;
      return outcome.value.masks.map(({ rle }) => rle);
    };
    const first = await ask(0.3);
    const size = { ...first[0]!.size };
    for (const rle of first) Object.assign(rle.size, { width: 1, height: 1 });
    expect((await ask(0.4)).map((rle) => rle.size)).toEqual([size, size]);
  });

  it('is made again where there is no room to keep it', async () => {
    const { zoo, encoderRuns } = await createFakeZoo({}, 0);
    await zoo.analyze(image, { 'test-classes': {} });
    await zoo.analyze(image, { 'test-classes': {} });
    expect(encoderRuns()).toBe(2);
  });

  it('belongs to one image and one encoder', async () => {
    const trained = { ...testEncoder.trained, model: { ...testEncoder.trained.model, sha256: '0'.repeat(64) } };
    const encoder = { id: 'other-encoder', trained };
    const other = headLike('other', { encoder });
    const backend = createFakeBackend();
    const zoo = await createZoo({ heads: [testClasses, other] as const, backend });
    const answers = await zoo.analyze(image, { 'test-classes': {}, other: {} });
    await zoo.analyze(await createTestImage({ seed: 2 }), { other: {} });
    expect(answers).toMatchObject({
      'test-classes': { ok: true, provenance: { encoder: { id: 'test-encoder' } } },
      other: { ok: true, provenance: { encoder: { id: 'other-encoder' } } },
    });
    expect(backend.runs.filter(({ url }) => url === ENCODER)).toHaveLength(3);
  });

  it('survives the caller who asked for it first', async () => {
    const controller = new AbortController();
    const { zoo, encoderRuns } = await createFakeZoo({
      run(_, { url }) {
        if (url === ENCODER) controller.abort(new Error('left'));
        return undefined;
      },
    });
    const leaver = zoo.analyze(image, { 'test-classes': {} }, { signal: controller.signal });
    const other = zoo.analyze(image, { 'test-classes': {} });
    await expect(leaver).rejects.toThrow('left');
    expect(await other).toMatchObject({ 'test-classes': { ok: true } });
    expect(encoderRuns()).toBe(1);
  });

  it('that failed is an outcome, and forgotten', async () => {
    let isBroken = true;
    const { zoo } = await createFakeZoo({
      run(_, { url }) {
        if (isBroken && url === ENCODER) throw new Error('out of memory');
        return undefined;
      },
    });
    const failed = await zoo.analyze(image, { 'test-classes': {}, 'test-masks': {} });
    expect(failed['test-classes']).toMatchObject({ ok: false, error: { code: 'INFERENCE_FAILED' } });
    expect(failed['test-masks']).toMatchObject({ ok: false, error: { code: 'INFERENCE_FAILED' } });
    isBroken = false;
    expect(await zoo.analyze(image, { 'test-classes': {} })).toMatchObject({ 'test-classes': { ok: true } });
  });
});
