import { availableParallelism } from 'node:os';
import { describe, expect, it } from 'vitest';
import { countThreads } from './count-threads.js';

const count = (files: Record<string, string>) => countThreads((path) => files[path]);

describe('countThreads', () => {
  it('takes the quota of version 2, wherever in the tree it is set', () => {
    expect(count({ '/proc/self/cgroup': '0::/\n', '/sys/fs/cgroup/cpu.max': '100000 100000\n' })).toBe(1);
    const nested = { '/proc/self/cgroup': '0::/pod/box\n', '/sys/fs/cgroup/pod/box/cpu.max': 'max 100000\n' };
    expect(count({ ...nested, '/sys/fs/cgroup/pod/cpu.max': '50000 100000' })).toBe(1);
    expect(count(nested)).toBe(availableParallelism());
  });

  it('takes the quota of version 1, also where only the root of the group is mounted', () => {
    const files = { '/proc/self/cgroup': '5:memory:/box\n4:cpu,cpuacct:/box\n0::/\n' };
    const root = '/sys/fs/cgroup/cpu,cpuacct';
    expect(count({ ...files, [`${root}/cpu.cfs_quota_us`]: '150000', [`${root}/cpu.cfs_period_us`]: '100000' })).toBe(
      1,
    );
    expect(count({ ...files, [`${root}/cpu.cfs_quota_us`]: '-1' })).toBe(availableParallelism());
  });

  it('rounds down, but not to none, and takes no more than there are', () => {
    const quota = (max: string) => count({ '/proc/self/cgroup': '0::/', '/sys/fs/cgroup/cpu.max': max });
    expect(quota('20000 100000')).toBe(1);
    expect(quota('99900000 100000')).toBe(availableParallelism());
    expect(count({})).toBe(availableParallelism());
  });
});
