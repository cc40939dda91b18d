import { randomUUID } from 'node:crypto';
import { link, lstat, lutimes, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { setTimeout } from 'node:timers/promises';
import { readText } from './cache-files.js';

/** A holder shows that it lives by touching its file; one that has not for this long is gone. */
const BEAT_MS = 5_000;
const STALE_MS = 30_000;
const POLL_MS = 100;
/** A lock is a line of JSON. */
const MAX_LOCK_BYTES = 1024;

interface Holder {
  readonly token: string;
  readonly pid: number;
  readonly host: string;
}

interface LockOptions {
  readonly signal?: AbortSignal | undefined;
  /** Called once if another holds the lock. */
  readonly onWait?: () => void;
  /** How long a lock that nobody touches is respected; half a minute if left out. */
  readonly staleMs?: number;
}

/**
 * Runs `job` while no other process that locks `path` runs its own. A holder that ended without unlocking is found out
 * at once on its own machine, elsewhere (a shared folder) after half a minute, as is one whose lock cannot be read.
 * Rejects with the system's fault where such a lock cannot be removed. What the lock guards must still be harmless if
 * two hold it: a machine may be asleep for longer than that.
 */
export async function withFileLock<T>(path: string, job: () => Promise<T>, options: LockOptions = {}): Promise<T> {
  const { signal, onWait, staleMs = STALE_MS } = options;
  const own: Holder = { token: randomUUID(), pid: process.pid, host: hostname() };
  const watch = createWatch(staleMs);
  for (let isFirst = true; !(await tryLock(path, own)); isFirst = false) {
    signal?.throwIfAborted();
    if (isFirst) onWait?.();
    if (await isAbandoned(path, watch)) await removeAbandoned(path, watch, signal);
    else await setTimeout(POLL_MS, undefined, signal && { signal }).catch(() => signal?.throwIfAborted());
  }
  const beat = setInterval(() => void lutimes(path, new Date(), new Date()).catch(() => undefined), BEAT_MS).unref();
  try {
    return await job();
  } finally {
    clearInterval(beat);
    if ((await readHolder(path))?.token === own.token) await rm(path, { force: true });
  }
}

async function tryLock(path: string, own: Holder): Promise<boolean> {
  const draft = `${path}.${own.token}`;
  await writeFile(draft, JSON.stringify(own), { flag: 'wx' }); // linked when written: nobody reads half a lock
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    if (!['EPERM', 'ENOTSUP', 'ENOSYS', 'EOPNOTSUPP'].includes((error as NodeJS.ErrnoException).code ?? ''))
      throw error;
    return await writeFile(path, JSON.stringify(own), { flag: 'wx' }).then(
      // a file system without hard links
      () => true,
      () => false,
    );
  } finally {
    await rm(draft, { force: true });
  }
}

/** Undefined if there is no lock; nobody in particular if it cannot be read, or is no regular file. */
async function readHolder(path: string): Promise<Partial<Holder> | undefined> {
  try {
    const holder: unknown = JSON.parse(await readText(path, MAX_LOCK_BYTES));
    return typeof holder === 'object' && holder !== null ? holder : {};
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? undefined : {};
  }
}

interface LockWatch {
  /**
   * Whether nobody has touched the lock for too long, by its own time, or as seen from here: clocks of two machines may
   * differ.
   */
  isStale(path: string): Promise<boolean>;
}

function createWatch(staleMs: number): LockWatch {
  let seen = '';
  let since = 0;
  return {
    async isStale(path) {
      const found = await lstat(path).catch(() => undefined);
      if (!found) return false;
      const { ino, mtimeMs } = found;
      if (Date.now() - mtimeMs > staleMs) return true;
      if (seen !== `${ino} ${mtimeMs}`) {
        seen = `${ino} ${mtimeMs}`;
        since = performance.now();
      }
      return performance.now() - since > staleMs;
    },
  };
}

function isKnownDead({ pid, host }: Partial<Holder>): boolean {
  return host === hostname() && typeof pid === 'number' && !isAlive(pid);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH'; // another user's process, say
  }
}

async function isAbandoned(path: string, watch: LockWatch): Promise<boolean> {
  const holder = await readHolder(path);
  return holder !== undefined && (isKnownDead(holder) || (await watch.isStale(path)));
}

/**
 * Many may find the same lock abandoned. One at a time looks again and removes it, under a lock of its own: without
 * that, the slower of two would remove the lock of whoever came in next.
 */
async function removeAbandoned(path: string, watch: LockWatch, signal: AbortSignal | undefined): Promise<void> {
  const removal = async () => {
    if (await isAbandoned(path, watch)) await rm(path, { force: true, recursive: true });
  };
  await withFileLock(`${path}.removal`, removal, { signal });
}
