import { spawnSync } from 'node:child_process';
import * as files from 'node:fs/promises';
import { lutimes, mkdir, mkdtemp, readdir, readFile, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { withFileLock } from './file-lock.js';

// So that one can be spied on.
vi.mock('node:fs/promises', async (original) => ({ ...(await original<typeof files>()) }));

let folder: string;
let path: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lock-'));
  path = join(folder, 'a.lock');
});
afterEach(() => rm(folder, { recursive: true }));

const lockOf = (pid: number, host = hostname()) => JSON.stringify({ token: 'theirs', pid, host });
const endedPid = () => spawnSync(process.execPath, ['-e', '']).pid;

describe('withFileLock', () => {
  it('lets one in at a time and leaves nothing behind, also after a failure', async () => {
    let inside = 0;
    let most = 0;
    const job = async () => {
      most = Math.max(most, (inside += 1));
      await new Promise(setImmediate);
      inside -= 1;
      throw new Error('failed');
    };
    await Promise.allSettled(Array.from({ length: 5 }, () => withFileLock(path, job)));
    expect(most).toBe(1);
    expect(await readdir(folder)).toEqual([]);
  });

  it('takes over from a process that ended, from a machine that fell silent, and from half a lock that did', async () => {
    await writeFile(path, lockOf(endedPid()));
    expect(await withFileLock(path, () => Promise.resolve('in'))).toBe('in');
    for (const content of [lockOf(1, 'another-host'), '{']) {
      await writeFile(path, content);
      await utimes(path, new Date(), new Date(Date.now() - 60_000));
      expect(await withFileLock(path, () => Promise.resolve('in'))).toBe('in');
    }
    expect(await readdir(folder)).toEqual([]);
  });

  it.each<[string, (at: string) => Promise<void>]>([
    ['that leads nowhere', (at) => symlink(join(folder, 'nothing'), at)],
    ['that leads to a file', (at) => symlink(folder, at)],
    ['that is a folder', (at) => mkdir(at).then(() => undefined)],
    ['that is not JSON', (at) => writeFile(at, 'null')],
    ['that may not be read', (at) => writeFile(at, lockOf(1, 'another-host'), { mode: 0 })],
  ])('does not wait for ever for a lock %s, whatever its time says', async (_, make) => {
    await make(path);
    const future = new Date(Date.now() + 1e9);
    await lutimes(path, future, future);
    const started = performance.now();
    expect(await withFileLock(path, () => Promise.resolve('in'), { staleMs: 300 })).toBe('in');
    expect(performance.now() - started).toBeGreaterThan(290);
    expect(await readdir(folder)).toEqual([]);
  });

  it('says so where such a lock cannot be removed', async () => {
    await writeFile(path, '{');
    await utimes(path, new Date(), new Date(Date.now() - 60_000));
    const refused = Object.assign(new Error('EACCES: rm'), { code: 'EACCES' });
    const remove = files.rm;
    const spy = vi
      .spyOn(files, 'rm')
      .mockImplementation((at) => (at === path ? Promise.reject(refused) : remove(at, { force: true })));
    await expect(withFileLock(path, () => Promise.resolve('in'))).rejects.toBe(refused);
    spy.mockRestore();
  });

  it('lets many in one after the other who find the same stale lock', async () => {
    const pid = endedPid();
    for (let round = 0; round < 5; round += 1) {
      await writeFile(path, lockOf(pid));
      let inside = 0;
      const seen: number[] = [];
      const job = async () => {
        seen.push((inside += 1));
        await new Promise((resolve) => setTimeout(resolve, 5));
        inside -= 1;
      };
      await Promise.all(Array.from({ length: 8 }, () => withFileLock(path, job)));
      expect(seen).toEqual(Array(8).fill(1));
      expect(await readdir(folder)).toEqual([]);
    }
  });

  it('is not held up by one who ended while it removed a lock', async () => {
    await writeFile(path, lockOf(endedPid()));
    await writeFile(`${path}.removal`, lockOf(endedPid()));
    expect(await withFileLock(path, () => Promise.resolve('in'))).toBe('in');
    expect(await readdir(folder)).toEqual([]);
  });

  it('leaves alone the lock that took the place of an abandoned one before it could be removed', async () => {
    await writeFile(path, lockOf(endedPid()));
    await writeFile(`${path}.removal`, lockOf(process.pid));
    const controller = new AbortController();
    const waiting = withFileLock(path, () => Promise.resolve('in'), { signal: controller.signal });
    await new Promise((resolve) => setTimeout(resolve, 50)); // it has found the lock abandoned
    const held = lockOf(process.pid);
    await writeFile(path, held);
    await rm(`${path}.removal`);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(await readFile(path, 'utf8')).toBe(held);
    controller.abort(new Error('left'));
    await expect(waiting).rejects.toThrow('left');
  });

  it('waits for a holder that lives, says so once, and leaves when told', async () => {
    const held = lockOf(process.pid);
    await writeFile(path, held);
    const controller = new AbortController();
    let waits = 0;
    const onWait = () => {
      waits += 1;
      setTimeout(() => controller.abort(new Error('left')), 250);
    };
    const waiting = withFileLock(path, () => Promise.resolve(), { signal: controller.signal, onWait });
    await expect(waiting).rejects.toThrow('left');
    expect(waits).toBe(1);
    expect(await readFile(path, 'utf8')).toBe(held);
  });
});
