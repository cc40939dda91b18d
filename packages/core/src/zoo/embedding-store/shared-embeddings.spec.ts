import Keyv from 'keyv';
import { EventEmitter } from 'node:events';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createFakeBackend } from '../../testing/fake-backend.js';
import { createOnnxBackend } from '../../sessions/onnx/onnx-backend.js';
import { testClasses, testEncoder, testMasks } from '../../testing/test-heads.js';
import { createTestImage } from '../../testing/test-image.js';
import { float32Tensor, type Tensors } from '../../contract/index.js';
import { createZoo } from '../create-zoo.js';
import type { EmbeddingStore } from './embedding-store.js';

/** A loaded machine takes its time. */
const PATIENT = { timeout: 20_000 };

const image = await createTestImage();
const both = { 'test-masks': {}, 'test-classes': {} };
const ENCODER = testEncoder.trained.model.url;

async function createSharingZoo(embeddingStore: EmbeddingStore | undefined, run?: () => Tensors) {
  const backend = createFakeBackend({ run: (_, { url }) => (url === ENCODER ? run?.() : undefined) });
  const zoo = await createZoo({
    heads: [testMasks, testClasses],
    backend,
    ...(embeddingStore !== undefined && { embeddingStore }),
  });
  onTestFinished(() => zoo.close());
  return {
    zoo,
    encoderRuns: () => backend.runs.filter(({ url }) => url === ENCODER).length,
    counts: () => zoo.runtime().processes[0]!.embeddingStore!,
  };
}

const quiet = { hits: 0, misses: 0, invalid: 0, failed: 0, skipped: 0, written: 0, dropped: 0 };

function catchWarnings() {
  const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
  onTestFinished(() => warn.mockRestore());
  return () => warn.mock.calls.map(([warning]) => String(warning));
}

describe('zoos with one store', () => {
  it('encode an image once, and each asks the store once', async () => {
    const map = new Map<string, string>();
    const [first, second] = [
      await createSharingZoo(new Keyv({ store: map })),
      await createSharingZoo(new Keyv({ store: map })),
    ];
    const here = await first.zoo.analyze(image, both);
    await first.zoo.analyze(image, both);
    await vi.waitFor(() => expect(first.counts()).toEqual({ ...quiet, misses: 1, written: 1 }), PATIENT);
    const there = await second.zoo.analyze(image, both);
    await second.zoo.analyze(image, both);
    expect(second.counts()).toEqual({ ...quiet, hits: 1 });
    expect([first.encoderRuns(), second.encoderRuns()]).toEqual([1, 0]);
    expect(here['test-masks']).toMatchObject({ ok: true, provenance: { cached: false } });
    expect(there['test-masks']).toMatchObject({ ok: true, provenance: { cached: true, timingsMs: { encode: 0 } } });
    expect([...map.keys()].join()).not.toContain((here['test-masks'].provenance?.image.sha256 ?? '').slice(0, 16));
  });

  it('give the same answer whoever encoded the image, and nearly that of a zoo without a store', async () => {
    const store = new Keyv({ store: new Map() });
    const zooOf = async (embeddingStore?: EmbeddingStore) => {
      const backend = await createOnnxBackend({ threads: 1 });
      const heads = [testMasks, testClasses] as const;
      return createZoo({ heads, backend, ...(embeddingStore && { embeddingStore }) });
    };
    const zoos = [await zooOf(store), await zooOf(store), await zooOf()];
    const answers = [];
    for (const zoo of zoos) {
      const { 'test-masks': masks, 'test-classes': classes } = await zoo.analyze(image, both, {
        encodings: ['probabilities'],
      });
      if (!masks.ok || !classes.ok) throw new Error('no answer');
      answers.push({ masks: masks.value, classes: classes.value });
      await zoo.close();
    }
    const [made, found, exact] = answers;
    expect(found).toEqual(made);
    made!.classes.scores.forEach(({ label, probability }, index) => {
      expect(label).toBe(exact!.classes.scores[index]!.label);
      expect(Math.abs(probability - exact!.classes.scores[index]!.probability)).toBeLessThan(1e-3);
    });
    expect(made!.classes.scores).not.toEqual(exact!.classes.scores); // else nothing was rounded
  });

  it('ignore records that are damaged or of another shape', async () => {
    const map = new Map<string, string>();
    const store: EmbeddingStore = {
      get: async (key) => map.get(key),
      set: async (key, value) => map.set(key, value),
    };
    const first = await createSharingZoo(store);
    await first.zoo.analyze(image, both);
    const [[key, record]] = [...map] as [[string, string]];
    for (const wrong of [record.slice(0, -3), `${record}=`, 'hello', 5, { record }]) {
      map.set(key, wrong as string);
      const { zoo, counts, encoderRuns } = await createSharingZoo(store);
      expect((await zoo.analyze(image, both))['test-masks'].ok).toBe(true);
      expect(counts()).toMatchObject({ hits: 0, invalid: 1, written: 1 });
      expect(encoderRuns()).toBe(1);
      expect(map.get(key)).toBe(record);
    }
  });

  it('do not share what half precision cannot hold, and read it as it is', async () => {
    const map = new Map();
    const huge = float32Tensor([1, 4, 2, 2], new Float32Array(16).fill(1e6));
    const { zoo, counts } = await createSharingZoo(new Keyv({ store: map }), () => ({ embedding: huge }));
    expect((await zoo.analyze(image, both))['test-classes'].ok).toBe(true);
    expect(counts()).toEqual({ ...quiet, misses: 1 });
    expect(map.size).toBe(0);
  });
});

describe('a store that fails', () => {
  const never = new Promise<never>(() => undefined);
  const faulty: Record<string, EmbeddingStore> = {
    rejects: {
      get: () => Promise.reject(new Error('redis://:secret@host')),
      set: () => Promise.reject(new Error('no')),
    },
    throws: {
      get: () => {
        throw new Error('at once');
      },
      set: () => {
        throw new Error('at once');
      },
    },
    'never answers': { get: () => never, set: () => never },
  };

  it.each(Object.entries(faulty))('that %s fails no answer, and is left alone for a while', async (_, store) => {
    const warnings = catchWarnings();
    const { zoo, counts, encoderRuns } = await createSharingZoo(store);
    for (let seed = 1; seed <= 5; seed += 1) {
      const answer = await zoo.analyze(await createTestImage({ seed }), both);
      expect(answer['test-masks'].ok).toBe(true);
    }
    expect(encoderRuns()).toBe(5);
    const { failed, skipped, hits, misses, dropped } = counts();
    expect({ hits, misses }).toEqual({ hits: 0, misses: 0 });
    expect(failed).toBeGreaterThanOrEqual(3);
    expect(skipped).toBeGreaterThanOrEqual(2);
    expect(dropped).toBeGreaterThanOrEqual(2);
    expect(warnings()).toHaveLength(1);
    expect(warnings()[0]).not.toContain('secret');
  });

  it('is asked again after a while', async () => {
    catchWarnings();
    vi.useFakeTimers({ toFake: ['performance'] });
    onTestFinished(() => void vi.useRealTimers());
    const map = new Map<string, string>();
    let isDown = true;
    const refuse = async (): Promise<void> => {
      if (isDown) throw new Error('down');
    };
    const { zoo, counts } = await createSharingZoo({
      get: (key) => refuse().then(() => map.get(key)),
      set: (key, value) => refuse().then(() => map.set(key, value)),
    });
    for (let seed = 1; seed <= 4; seed += 1) await zoo.analyze(await createTestImage({ seed }), both);
    expect(counts()).toMatchObject({ skipped: 2 });
    isDown = false;
    vi.advanceTimersByTime(11_000);
    await zoo.analyze(await createTestImage({ seed: 5 }), both);
    expect(counts()).toMatchObject({ skipped: 2, misses: 1, written: 1 });
  });

  it('holds up at most so many writes, and the end of the zoo for a second', async () => {
    catchWarnings();
    const { zoo, counts } = await createSharingZoo({ get: async () => undefined, set: () => never });
    for (let seed = 1; seed <= 20; seed += 1) await zoo.analyze(await createTestImage({ seed }), both);
    expect(counts()).toMatchObject({ misses: 20, dropped: 4, written: 0 });
    await zoo.close();
  });

  it('may tell of errors by itself', async () => {
    catchWarnings();
    const store = Object.assign(new EventEmitter(), { get: async () => undefined, set: async () => true });
    const { counts } = await createSharingZoo(store);
    store.emit('error', new Error('connection lost'));
    expect(counts()).toMatchObject({ failed: 1 });
  });

  it.each([[{ get: async () => undefined }], [null], ['redis://cache']])(
    'is none without its methods: %j',
    async (store) => {
      await expect(createSharingZoo(store as unknown as EmbeddingStore)).rejects.toMatchObject({
        code: 'INVALID_MANIFEST',
        message: expect.stringContaining('embeddingStore is a store with get(key) and set(key, value)') as string,
      });
    },
  );
});
