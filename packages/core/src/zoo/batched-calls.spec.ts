import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import type { ModelSpec, Tensors, ZooEvent } from '../contract/index.js';
import { createFakeBackend } from '../testing/fake-backend.js';
import { testClasses, testEncoder, testMasks } from '../testing/test-heads.js';
import { createTestImage } from '../testing/test-image.js';
import { createZoo } from './create-zoo.js';
import type { ZooConfig } from './config/zoo-config.js';

const heads = [testMasks, testClasses] as const;
const images = await Promise.all([1, 2, 3, 4, 5, 6].map((seed) => createTestImage({ seed })));

async function createObserved(config: Partial<ZooConfig<typeof heads>>) {
  const runs: Extract<ZooEvent, { type: 'run' }>[] = [];
  const observer = (event: ZooEvent) => {
    if (event.type === 'run') runs.push(event);
  };
  const zoo = await createZoo({ heads, cacheBytes: 0, observer, ...config });
  const ask = () => Promise.all(images.map((image) => zoo.analyze(image, { 'test-masks': {}, 'test-classes': {} })));
  const batchesOf = (model: string) =>
    runs.filter((run) => run.model === model && run.batchIndex === 0).map(({ batch }) => batch);
  return { zoo, ask, runs, batchesOf };
}

describe('calls at one time, on the real runtime', () => {
  it('are answered as each alone would be, whatever ran with it', async () => {
    const together = await createObserved({ threads: 1, batching: { cpu: { maxBatch: 4 } } });
    const apart = await createObserved({ threads: 1, batching: { cpu: false } });
    const expected = await apart.ask();
    for (let time = 1; time <= 2; time += 1) {
      const found = await together.ask(); // the first time they are held against runs alone
      for (const [index, answers] of expected.entries()) {
        for (const id of ['test-masks', 'test-classes'] as const) {
          const [one, other] = [answers[id], found[index]![id]];
          if (!one.ok || !other.ok) throw new Error('There is no answer.');
          expect(other.value).toEqual(one.value);
        }
      }
    }
    for (const id of [testEncoder.id, 'test-masks', 'test-classes']) {
      expect(Math.max(...together.batchesOf(id))).toBeGreaterThan(1);
      expect(Math.max(...together.batchesOf(id))).toBeLessThanOrEqual(4);
      expect(apart.batchesOf(id)).toEqual([1, 1, 1, 1, 1, 1]);
    }
    await Promise.all([together.zoo.close(), apart.zoo.close()]);
  });

  it('form batches on the CPU for heads that take prompts, and for nothing else, unless the config says so', async () => {
    const { zoo, ask, batchesOf } = await createObserved({ threads: 1 });
    await ask();
    expect(Math.max(...batchesOf('test-masks'))).toBeGreaterThan(1);
    expect([...new Set([...batchesOf(testEncoder.id), ...batchesOf('test-classes')])]).toEqual([1]);
    const models = zoo.runtime().processes[0]!.models;
    expect(Object.fromEntries(models.map(({ id, maxBatch }) => [id, maxBatch]))).toEqual({
      [testEncoder.id]: 1,
      'test-masks': 4,
      'test-classes': 1,
    });
    await zoo.close();
  });
});

describe('calls at one time, on another backend', () => {
  const isEncoder = ({ sha256 }: ModelSpec) => sha256 === testEncoder.trained.model.sha256;

  /** Its first run lasts until the other images are decoded and wait, on a busy machine too. */
  function holdingTheFirst() {
    let isFirst = true;
    return async () => {
      if (isFirst) {
        isFirst = false;
        await sleep(500);
      }
      return undefined;
    };
  }

  it('form batches where its sessions say that it gains, or the config does', async () => {
    const silent = await createObserved({ backend: createFakeBackend({ isBlocking: true, run: holdingTheFirst() }) });
    await silent.ask();
    expect(Math.max(...silent.runs.map(({ batch }) => batch))).toBe(1);
    const gaining = await createObserved({
      backend: createFakeBackend({ isBlocking: true, batching: { maxBatch: 3 }, run: holdingTheFirst() }),
    });
    await gaining.ask();
    expect(Math.max(...gaining.batchesOf(testEncoder.id))).toBe(3);
    const told = await createObserved({
      backend: createFakeBackend({ isBlocking: true, run: holdingTheFirst() }),
      batching: { fake: { maxBatch: 2 } },
    });
    await told.ask();
    expect(Math.max(...told.batchesOf(testEncoder.id))).toBe(2);
  });

  it('end with their own deadline, and not with that of others', async () => {
    // Longer than the deadline whether or not the three met in the line, which a busy machine may prevent.
    const run = async (_: Tensors, spec: ModelSpec) => {
      if (!isEncoder(spec)) await sleep(600);
      return undefined;
    };
    const { zoo } = await createObserved({
      backend: createFakeBackend({ isBlocking: true, batching: { maxBatch: 6 }, run }),
    });
    const outcomes = await Promise.all(
      images
        .slice(0, 3)
        .map((image, index) => zoo.analyze(image, { 'test-classes': {} }, index === 1 ? { deadlineMs: 300 } : {})),
    );
    expect(outcomes.map(({ 'test-classes': one }) => (one.ok ? 'ok' : one.error.code))).toEqual([
      'ok',
      'DEADLINE_EXCEEDED',
      'ok',
    ]);
    await zoo.close();
  });

  it('do not fail with an image of which the model makes no number', async () => {
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    let poisoned: number | undefined;
    const hold = holdingTheFirst();
    const run = async ({ image }: Tensors, spec: ModelSpec): Promise<Tensors | undefined> => {
      if (!isEncoder(spec)) return undefined;
      await hold();
      const items = image!.shape[0]!;
      const length = image!.data.length / items;
      poisoned ??= Number(image!.data[0]);
      const marks = Array.from({ length: items }, (_, index) => Number(image!.data[index * length]));
      const size = 4 * 2 * 2;
      const data = Float32Array.from({ length: items * size }, (_, index) => {
        return marks[Math.floor(index / size)] === poisoned ? NaN : 0.5;
      });
      return { embedding: { dtype: 'float32', shape: [items, 4, 2, 2], data } };
    };
    const { ask, batchesOf } = await createObserved({
      backend: createFakeBackend({ isBlocking: true, batching: { maxBatch: 6 }, run }),
    });
    const outcomes = (await ask()).map(({ 'test-classes': one }) => (one.ok ? 'ok' : one.error.code));
    expect(outcomes.toSorted()).toEqual(['INFERENCE_FAILED', 'ok', 'ok', 'ok', 'ok', 'ok']);
    expect(Math.max(...batchesOf(testEncoder.id))).toBeGreaterThan(1);
    warn.mockRestore();
  });
});
