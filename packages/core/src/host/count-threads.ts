import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { posix } from 'node:path';

/**
 * Threads that one model run should use: the container's CPU quota, rounded down, where that is less than the
 * processors that this process may use; at least 1. More threads than quota are stopped by the kernel in the middle of
 * a run.
 */
export function countThreads(cgroups: CgroupFiles = readCgroupFile): number {
  return Math.max(1, Math.floor(Math.min(availableParallelism(), findQuota(cgroups))));
}

/** Text of a file under /proc or /sys by its path; undefined where there is none. */
export type CgroupFiles = (path: string) => string | undefined;

function readCgroupFile(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined; // not Linux, or another version of cgroups
  }
}

/** The least quota of this process's group and of all groups above it, in processors; Infinity if none is set. */
function findQuota(read: CgroupFiles): number {
  const groups = (read('/proc/self/cgroup') ?? '').split('\n').map(parseGroup);
  const quotas = groups.flatMap(({ controllers, path }) => {
    if (controllers === '') return ancestors(path).map((group) => readV2(read, group));
    if (controllers.split(',').includes('cpu')) return ancestors(path).map((group) => readV1(read, controllers, group));
    return [];
  });
  return Math.min(Infinity, ...quotas);
}

/** A line of /proc/self/cgroup: `0::/a/b` in version 2, `4:cpu,cpuacct:/a/b` in version 1. */
function parseGroup(line: string): { controllers: string; path: string } {
  const [, controllers = 'none', ...path] = line.split(':');
  return { controllers, path: path.join(':') || '/' };
}

/** `/a/b`, `/a`, `/`; inside a container only the last may exist. */
function ancestors(path: string): string[] {
  return path === '/' ? ['/'] : [path, ...ancestors(posix.dirname(path))];
}

/** cpu.max holds `quota period` in microseconds, or `max period`. */
function readV2(read: CgroupFiles, group: string): number {
  const [quota, period] = (read(posix.join('/sys/fs/cgroup', group, 'cpu.max')) ?? 'max').trim().split(' ');
  return quota === 'max' ? Infinity : Number(quota) / Number(period);
}

/** A quota of -1 means none. */
function readV1(read: CgroupFiles, controllers: string, group: string): number {
  const folder = posix.join('/sys/fs/cgroup', controllers, group);
  const quota = Number(read(posix.join(folder, 'cpu.cfs_quota_us')) ?? -1);
  const period = Number(read(posix.join(folder, 'cpu.cfs_period_us')) ?? 100_000);
  return quota > 0 ? quota / period : Infinity;
}
