import { randomUUID } from 'node:crypto';
import { link, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { setTimeout } from 'node:timers/promises';

/** A holder shows that it lives by touching its file; one that has not for this long is gone. */
const BEAT_MS = 5_000;
const STALE_MS = 30_000;
const POLL_MS = 100;

interface Holder {
  readonly token: string;
  readonly pid: number;
  readonly host: string;
}

interface LockOptions {
  readonly signal?: AbortSignal | undefined;
  /** Called once if another holds the lock. */
  readonly onWait?: () => void;
}

/**
 * Runs `job` while no other process that locks `path` runs its own. A holder that ended without unlocking is found out at once on its
 * own machine, elsewhere (a shared folder) after half a minute. What the lock guards must still be harmless if two hold it: a machine
 * may be asleep for longer than that.
 */
export async function withFileLock<T>(path: string, job: () => Promise<T>, options: LockOptions = {}): Promise<T> {
  const own: Holder = { token: randomUUID(), pid: process.pid, host: hostname() };
  for (let isFirst = true; !(await tryLock(path, own)); isFirst = false) {
    options.signal?.throwIfAborted();
    if (isFirst) options.onWait?.();
    const holder = await readHolder(path);
    if (holder && (await isGone(path, holder))) await removeStale(path, holder);
    else
      await setTimeout(POLL_MS, undefined, options.signal && { signal: options.signal }).catch(() =>
        options.signal?.throwIfAborted(),
      );
  }
  const beat = setInterval(() => void utimes(path, new Date(), new Date()).catch(() => undefined), BEAT_MS).unref();
  try {
    return await job();
  } finally {
    clearInterval(beat);
    if ((await readHolder(path))?.token === own.token) await rm(path, { force: true });
  }
}

async function tryLock(path: string, own: Holder): Promise<boolean> {
  const draft = `${path}.${own.token}`;
  await writeFile(draft, JSON.stringify(own)); // linked when written: nobody reads half a lock
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

/** Undefined if there is no lock, or one that cannot be read. */
async function readHolder(path: string): Promise<Partial<Holder> | undefined> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as Holder;
  } catch {
    return {};
  }
}

async function isGone(path: string, { pid, host }: Partial<Holder>): Promise<boolean> {
  if (host === hostname() && pid !== undefined && !isAlive(pid)) return true;
  const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Date.now() }));
  return Date.now() - mtimeMs > STALE_MS;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'; // another user's process
  }
}

/** Two may find the same lock stale: whoever moved away the next holder's instead puts it back. */
async function removeStale(path: string, stale: Partial<Holder>): Promise<void> {
  const aside = `${path}.${randomUUID()}`;
  try {
    await rename(path, aside);
  } catch {
    return;
  }
  if ((await readHolder(aside))?.token !== stale.token) await link(aside, path).catch(() => undefined);
  await rm(aside, { force: true });
}
