import { expect, it } from 'vitest';
import { applyWorkerPlan } from './apply-worker-plan.js';

it('takeShare refuses a device where no provider runs on one', () => {
  for (const config of [{}, { providers: ['cpu'] }, { headProviders: { small: ['webgpu', 'cpu'] } }]) {
    const take = () => applyWorkerPlan({ heads: [], ...config }, { device: 7 });
    expect(take).toThrow(expect.objectContaining({ code: 'INVALID_PARAM' }));
    expect(take).toThrow(/device 7, .* cuda, tensorrt, dml\.$/);
  }
});

it('gives a worker all cores while it is alone, unless the config says how many, or bounds its memory', () => {
  const plan = { threads: 1, threadsWhenAlone: 2 };
  const whenAlone = (config: object) => applyWorkerPlan({ heads: [], ...config }, plan).threadsWhenAlone;
  expect(whenAlone({})).toBe(2);
  expect(whenAlone({ threads: 1 })).toBeUndefined();
  expect(whenAlone({ memoryBudget: '1GiB' })).toBeUndefined();
  expect(whenAlone({ threads: 1, memoryBudget: '1GiB', threadsWhenAlone: 4 })).toBe(4);
});

it('divides the caches among workers on the CPU, and leaves a standby cold', () => {
  const cacheOf = (config: object, caches: number) => applyWorkerPlan({ heads: [], ...config }, { caches }).cacheBytes;
  expect(cacheOf({}, 2)).toBe(128 * 2 ** 20);
  expect(cacheOf({ cacheBytes: 1001, providers: ['cpu'] }, 2)).toBe(500);
  expect(cacheOf({ cacheBytes: 0 }, 2)).toBe(0);
  expect(cacheOf({ cacheBytes: 1001 }, 1)).toBe(1001);
  expect(cacheOf({ cacheBytes: 1001, providers: ['cuda', 'cpu'] }, 2)).toBe(1001);
  expect(cacheOf({ cacheBytes: '1MB' }, 2)).toBe('1MB'); // which is then refused
  expect(applyWorkerPlan({ heads: [], warmUp: true }, { warmUp: 'open' }).warmUp).toBe('open');
});

it('takeShare fills in what the config leaves open', () => {
  const config = { heads: [], providers: ['cuda', 'tensorrt:3', 'cpu'] };
  expect(applyWorkerPlan(config, { device: 1, threads: 2, warmUp: true })).toEqual({
    heads: [],
    providers: ['cuda:1', 'tensorrt:3', 'cpu'],
    threads: 2,
    warmUp: 'if-possible',
  });
  expect(applyWorkerPlan({ heads: [], threads: 4, warmUp: true }, { threads: 1 })).toEqual({
    heads: [],
    threads: 4,
    warmUp: true,
  });
  const own = {
    heads: [],
    headProviders: { small: ['cpu'], large: ['cuda', 'cpu'] },
    encoderProviders: { e: ['cuda:0'] },
  };
  expect(applyWorkerPlan(own, { device: 1 })).toEqual({
    heads: [],
    headProviders: { small: ['cpu'], large: ['cuda:1', 'cpu'] },
    encoderProviders: { e: ['cuda:0'] },
  });
  const parts = { cpu: 3, gpu: 1 };
  expect(applyWorkerPlan({ heads: [], memoryBudget: '50%' }, { parts })).toMatchObject({
    memoryBudget: { cpu: `${50 / 3}%`, gpu: '50%' },
  });
  expect(applyWorkerPlan({ heads: [], memoryBudget: '1GiB' }, {})).toMatchObject({ memoryBudget: '1GiB' });
  expect(applyWorkerPlan({ heads: [] }, { parts })).toEqual({ heads: [] });
  expect(applyWorkerPlan({ heads: [] }, {})).toEqual({ heads: [] });
});
