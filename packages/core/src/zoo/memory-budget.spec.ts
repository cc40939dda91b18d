import { describe, expect, it, onTestFinished } from 'vitest';
import type { Backend, ZooEvent } from '../contract/index.js';
import { createOnnxBackend } from '../sessions/onnx/onnx-backend.js';
import { createFakeBackend } from '../testing/fake-backend.js';
import { testClasses, testMasks, testSlow } from '../testing/test-heads.js';
import { createTestImage } from '../testing/test-image.js';
import { createZoo } from './create-zoo.js';
import type { ZooConfig } from './config/zoo-config.js';

const heads = [testMasks, testClasses, testSlow] as const;
const ALL = { 'test-masks': {}, 'test-classes': {}, 'test-slow': {} };

async function open(config: Partial<ZooConfig>) {
  const zoo = await createZoo({ ...config, heads, threads: 1 });
  onTestFinished(() => zoo.close());
  return zoo;
}

/** ONNX Runtime where nobody measures: these models are kilobytes, of which any number would fit. */
async function createUnmeasured(): Promise<Backend> {
  const backend = await createOnnxBackend({ threads: 1 });
  return {
    ...backend,
    async open(spec, signal) {
      const session = await backend.open(spec, signal);
      return {
        provider: session.provider,
        run: (feeds, wanted) => session.run(feeds, wanted),
        close: () => session.close(),
      };
    },
  };
}

describe('a zoo with a memory budget', () => {
  it('answers as one without, of several heads at once and of several images, though two models fit at a time', async () => {
    const events: ZooEvent[] = [];
    const observer = (event: ZooEvent) => void events.push(event);
    const backend = await createUnmeasured();
    const bounded = await open({ memoryBudget: '40MiB', cacheBytes: 0, backend, observer });
    const unbounded = await open({ cacheBytes: 0 });
    const images = await Promise.all([1, 2, 3, 4].map((seed) => createTestImage({ seed })));
    const ask = async (zoo: typeof bounded) => {
      const answers = await Promise.all(images.map((image) => zoo.analyze(image, ALL)));
      return answers.map((answer) => Object.values(answer).map((outcome) => outcome.ok && outcome.value));
    };
    expect(await ask(bounded)).toEqual(await ask(unbounded));

    const [process] = bounded.runtime().processes;
    const [memory] = process!.memory;
    expect(memory).toMatchObject({ device: 'cpu', budgetBytes: 40 * 2 ** 20 });
    expect(memory!.evictions).toBeGreaterThan(1);
    expect(memory!.modelBytes).toBeLessThanOrEqual(memory!.budgetBytes!);
    expect(process!.models.length).toBeLessThan(4);
    for (const { declaredBytes } of process!.models) expect(declaredBytes).toBeGreaterThan(16 * 2 ** 20);
    expect(events.filter(({ type }) => type === 'close')).toHaveLength(memory!.evictions);
    expect(unbounded.runtime().processes[0]).toMatchObject({ memory: [{ budgetBytes: null, evictions: 0 }] });
    expect(unbounded.runtime().processes[0]!.models).toHaveLength(4);
  });

  it('measures what a model really takes', async () => {
    const zoo = await open({ warmUp: true });
    for (const { measuredBytes } of zoo.runtime().processes[0]!.models) expect(measuredBytes).toBeGreaterThan(0);
  });

  it('refuses to start with a model that could never be opened, or a budget that is none', async () => {
    await expect(open({ memoryBudget: '10MiB' })).rejects.toMatchObject({
      code: 'BACKEND_UNAVAILABLE',
      message: expect.stringContaining('memoryBudget gives the models of a process 10.5 MB of "cpu"') as string,
    });
    await expect(open({ memoryBudget: 'much' })).rejects.toMatchObject({ code: 'INVALID_MANIFEST' });
    const backend = createFakeBackend();
    await expect(open({ memoryBudget: '4GiB', backend })).rejects.toThrow(
      'the backend "fake" says nothing of their memory',
    );
  });

  it('holds during a warm-up too', async () => {
    const zoo = await open({ memoryBudget: '40MiB', warmUp: true, backend: await createUnmeasured() });
    const [memory] = zoo.runtime().processes[0]!.memory;
    expect(memory!.modelBytes).toBeLessThanOrEqual(memory!.budgetBytes!);
  });
});
