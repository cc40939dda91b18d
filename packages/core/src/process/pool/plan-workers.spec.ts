import { describe, expect, it } from 'vitest';
import { planWorkers, type Processes } from './plan-workers.js';

describe('planWorkers', () => {
  it.each<[Processes, number, unknown]>([
    [1, 8, [{}]],
    [2, 5, Array(2).fill({ threads: 2, threadsWhenAlone: 5 })],
    [3, 2, Array(3).fill({ threads: 1, threadsWhenAlone: 2 })],
    ['auto', 1, [{}]],
    ['auto', 2, Array(2).fill({ threads: 1, threadsWhenAlone: 2 })],
    ['auto', 3, Array(2).fill({ threads: 1, threadsWhenAlone: 3 })],
    ['auto', 4, Array(2).fill({ threads: 2, threadsWhenAlone: 4 })],
    ['auto', 16, Array(8).fill({ threads: 2, threadsWhenAlone: 8 })],
    [2, 32, Array(2).fill({ threads: 16, threadsWhenAlone: 16 })],
    [{ devices: [1] }, 8, [{ device: 1 }]],
    [
      { devices: [0, 2] },
      8,
      [
        { threads: 4, threadsWhenAlone: 8, device: 0 },
        { threads: 4, threadsWhenAlone: 8, device: 2 },
      ],
    ],
  ])('%j on %i cores', (processes, cores, plans) => {
    expect(planWorkers(processes, { cores }).map(({ parts: _, caches: __, ...plan }) => plan)).toEqual(plans);
  });

  it.each<[Processes, boolean, unknown]>([
    [1, false, undefined],
    [1, true, { cpu: 2, gpu: 2 }],
    [3, false, { cpu: 3, gpu: 3 }],
    [{ devices: [1] }, false, undefined],
    [{ devices: [0, 2] }, false, { cpu: 2, gpu: 1 }],
    [{ devices: [0, 2] }, true, { cpu: 4, gpu: 2 }],
    ['auto', true, { cpu: 3, gpu: 2 }],
  ])('%j with a standby: %j shares a memory budget by device', (processes, hasStandby, parts) => {
    for (const plan of planWorkers(processes, { cores: 4, hasStandby })) expect(plan.parts).toEqual(parts);
  });

  it('shares the caches among those that answer', () => {
    const cachesOf = (processes: Processes, hasStandby = false) =>
      planWorkers(processes, { cores: 4, hasStandby }).map(({ caches }) => caches);
    expect(cachesOf(3)).toEqual([3, 3, 3]);
    expect(cachesOf('auto', true)).toEqual([2, 2]);
    expect(cachesOf(1, true)).toEqual([undefined]);
  });
});
