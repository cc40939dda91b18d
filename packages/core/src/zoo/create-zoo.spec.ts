import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createFakeZoo, ENCODER, headLike } from '../../test/fake-zoo.js';
import type { Head } from '../contract/index.js';
import { createFakeBackend } from '../testing/fake-backend.js';
import { testClasses, testEncoder, testMasks } from '../testing/test-heads.js';
import { createTestImage } from '../testing/test-image.js';
import { createZoo } from './create-zoo.js';

const image = await createTestImage();

describe('a head that fails', () => {
  const failing: readonly [string, Partial<Head>, string, string][] = [
    [
      'throws in feeds',
      {
        feeds: () => {
          throw new TypeError('no such field');
        },
      },
      'HEAD_FAILED',
      'The head "bad" failed in its feeds: no such field',
    ],
    ['feeds what was not declared', { feeds: () => ({}) }, 'MODEL_MISMATCH', 'The tensor "embedding" is missing'],
    [
      'throws in decode',
      {
        decode: () => {
          throw new RangeError('out of range');
        },
      },
      'HEAD_FAILED',
      'The head "bad" failed in its decode: out of range',
    ],
    ['decodes nothing', { decode: () => undefined as never }, 'HEAD_FAILED', 'it has no list of scores'],
    [
      'decodes NaN',
      { decode: () => ({ scores: [{ label: 'normal', probability: NaN }] }) },
      'HEAD_FAILED',
      'scores[0].probability is NaN',
    ],
    [
      'decodes a label that its model does not have',
      { decode: () => ({ scores: [{ label: 'cat', probability: 1 }] }) },
      'HEAD_FAILED',
      'scores[0].label is cat, which is none of normal, benign, malignant',
    ],
  ];

  it.each(failing)('%s: is an outcome, and the others answer', async (_, changes, code, message) => {
    const zoo = await createZoo({
      heads: [testClasses, headLike('bad', changes)] as const,
      backend: createFakeBackend(),
    });
    const outcomes = await zoo.analyze(image, { 'test-classes': {}, bad: {} });
    expect(outcomes['test-classes']).toMatchObject({ ok: true });
    expect(outcomes.bad).toMatchObject({
      ok: false,
      error: { code, message: expect.stringContaining(message) as string },
      provenance: { head: { id: 'bad' } },
    });
  });
});

describe('a request', () => {
  it.each<[Record<string, unknown>, string, string]>([
    [{ 'test-mask': {} }, 'UNKNOWN_HEAD', 'There are test-masks, test-classes. Did you mean "test-masks"?'],
    [{}, 'UNKNOWN_HEAD', 'No head was asked for. There are test-masks, test-classes.'],
    [{ 'test-masks': null }, 'INVALID_PARAM', 'The params of "test-masks" must be an object'],
    [{ 'test-masks': { treshold: 0.5 } }, 'INVALID_PARAM', 'Did you mean "threshold"?'],
    [{ 'test-masks': { threshold: 2 } }, 'INVALID_PARAM', '"threshold" must be a number from 0 to 1; got 2'],
    [{ 'test-masks': { points: [{ x: 31, y: 2 }] } }, 'INVALID_PARAM', 'inside the image, which is 30 pixels wide'],
  ])('is checked first: %j', async (requests, code, message) => {
    const { zoo, backend } = await createFakeZoo();
    const answer = zoo.analyze(image, requests as never);
    await expect(answer).rejects.toMatchObject({ code, message: expect.stringContaining(message) as string });
    expect(backend.runs.every(({ url }) => url === ENCODER)).toBe(true);
    expect(await zoo.analyze(image, { 'test-classes': {} })).toMatchObject({ 'test-classes': { ok: true } });
  });

  it('ends with its deadline: what was answered by then stays', async () => {
    const { zoo } = await createFakeZoo({
      async run(_, { url }) {
        if (url === testMasks.trained.model.url) await sleep(10_000, undefined, { ref: false });
        return undefined;
      },
    });
    const outcomes = await zoo.analyze(image, { 'test-masks': {}, 'test-classes': {} }, { deadlineMs: 300 });
    expect(outcomes).toMatchObject({
      'test-masks': { ok: false, error: { code: 'DEADLINE_EXCEEDED', retryable: true } },
      'test-classes': { ok: true },
    });
  });

  it('runs nothing for a caller who has left', async () => {
    const { zoo, backend } = await createFakeZoo();
    const signal = AbortSignal.abort(new Error('left'));
    await expect(zoo.analyze(image, { 'test-classes': {} }, { signal })).rejects.toThrow('left');
    expect(backend.runs).toHaveLength(0);
  });

  it('is answered before the zoo closes, and refused afterwards; closing may be done twice', async () => {
    const { zoo } = await createFakeZoo();
    const underWay = zoo.analyze(image, { 'test-classes': {} });
    expect(zoo.runtime().state).toBe('ready');
    await Promise.all([zoo.close(), zoo[Symbol.asyncDispose]()]);
    expect(zoo.runtime().state).toBe('degraded');
    expect(await underWay).toMatchObject({ 'test-classes': { ok: true } });
    await expect(zoo.analyze(image, { 'test-classes': {} })).rejects.toMatchObject({ code: 'BACKEND_UNAVAILABLE' });
  });
});

describe('createZoo', () => {
  it('says what its heads are, as data', async () => {
    const { zoo } = await createFakeZoo();
    expect(structuredClone(zoo.heads)).toEqual(zoo.heads);
    expect(zoo.heads[0].manifest.params.threshold.default).toBe(0.5);
  });

  it('refuses heads that do not go together', async () => {
    const trained = { ...testEncoder.trained, model: { ...testEncoder.trained.model, sha256: '0'.repeat(64) } };
    const encoder = { id: testEncoder.id, trained };
    const sameIdOtherDigest = headLike('other', { encoder });
    const backend = createFakeBackend();
    await expect(createZoo({ heads: [testClasses, testClasses], backend })).rejects.toMatchObject({
      code: 'INVALID_MANIFEST',
      message: 'Two heads have the id "test-classes". Leave one out of the config.',
    });
    await expect(createZoo({ heads: [testClasses, sameIdOtherDigest], backend })).rejects.toMatchObject({
      code: 'INVALID_MANIFEST',
      message: expect.stringMatching(
        /"other" was trained on another encoder "test-encoder" than .*: 1\.0\.0 \(digest 0{64}\), .* `npm ls` says/,
      ) as string,
    });
    await expect(createZoo({ heads: [headLike('__proto__', {})], backend })).rejects.toThrow('lower-case words');
    const params = { threshold: { ...testMasks.manifest.params.threshold, default: 2 } };
    const refused = { ...testMasks, manifest: { ...testMasks.manifest, params } } as Head;
    await expect(createZoo({ heads: [refused], backend })).rejects.toMatchObject({
      code: 'INVALID_MANIFEST',
      message: expect.stringContaining('"threshold" must be a number from 0 to 1; got 2') as string,
    });
  });

  it('refuses a head on another encoder than it was trained on, and names both', async () => {
    const trained = { ...testEncoder.trained, model: { ...testEncoder.trained.model, sha256: '0'.repeat(64) } };
    const moved: Head = { ...testMasks, encoder: { id: 'newer-encoder', trained } };
    const { sha256 } = testEncoder.trained.model;
    await expect(createZoo({ heads: [moved], backend: createFakeBackend() })).rejects.toMatchObject({
      code: 'MODEL_MISMATCH',
      message: expect.stringContaining(
        `was trained on the encoder "test-encoder" (digest ${sha256}), and it would run on "newer-encoder" ` +
          `(digest ${'0'.repeat(64)})`,
      ) as string,
      details: { head: 'test-masks', expected: { id: 'test-encoder', sha256 }, found: { id: 'newer-encoder' } },
    });
    const { encoder: _, ...unsaid } = testMasks.trained;
    const silent: Head = { ...testMasks, trained: unsaid };
    await expect(createZoo({ heads: [silent], backend: createFakeBackend() })).rejects.toMatchObject({
      code: 'INVALID_MANIFEST',
      message: expect.stringMatching(
        new RegExp(`"test-masks" cannot be served.*does not say which encoder.*"sha256": "${sha256}"`),
      ) as string,
    });
  });

  it('opens nothing before it is asked, or everything if told to warm up', async () => {
    const fail = (): never => {
      throw new Error('It cannot be opened.');
    };
    const cold = await createFakeZoo();
    expect(cold.backend.opened).toHaveLength(0);
    const backend = createFakeBackend();
    await createZoo({ heads: [testMasks, testClasses], backend, warmUp: true });
    expect(backend.opened).toHaveLength(3);
    expect(backend.runs).toHaveLength(3); // the encoder once for both heads
    const opening = createFakeBackend({
      open: ({ url }) => (url === testMasks.trained.model.url ? fail() : undefined),
    });
    await createZoo({ heads: [testMasks, testClasses], backend: opening, warmUp: 'open' });
    expect(opening.opened).toHaveLength(3); // one of them in vain
    expect(opening.runs).toHaveLength(0);
  });

  it('closes what it has opened where it cannot warm up', async () => {
    const backend = createFakeBackend({
      run: (_, { url }) => (url === testClasses.trained.model.url ? {} : undefined),
      close: ({ url }) => {
        if (url === ENCODER) throw new Error('It cannot be closed.');
      },
    });
    const heads = [testMasks, testClasses];
    await expect(createZoo({ heads, backend, warmUp: true })).rejects.toMatchObject({ code: 'MODEL_MISMATCH' });
    expect(backend.closed).toEqual(backend.opened);
    expect(backend.opened).toHaveLength(3);
  });

  it('goes on after a fault where it may, and not where a GPU is required', async () => {
    const broken = createFakeBackend({ run: () => ({}) });
    await createZoo({ heads: [testMasks, testClasses], backend: broken, warmUp: 'if-possible' });
    expect(broken.opened).toHaveLength(1); // the encoder of both
    const heads = [testMasks];
    await expect(createZoo({ heads, requireGpu: true })).rejects.toMatchObject({ code: 'BACKEND_UNAVAILABLE' });
    const backend = createFakeBackend();
    await expect(createZoo({ heads, backend, requireGpu: true })).rejects.toMatchObject({ code: 'INVALID_MANIFEST' });
    // Every model is opened before the zoo is there: on the machine without a GPU that is where it ends.
    const started = await createZoo({ heads, providers: ['webgpu'], requireGpu: true }).catch(
      (error: unknown) => error,
    );
    if (started instanceof Error) expect(started.message).toMatch(/webgpu: \S/);
    else expect(started).toHaveProperty('analyze');
  });
});
