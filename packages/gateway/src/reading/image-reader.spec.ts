import 'reflect-metadata';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { inspect } from 'node:util';
import { gzipSync } from 'node:zlib';
import { DECODE_LIMITS } from '@medzoo/core';
import { describe, expect, it, onTestFinished } from 'vitest';
import { drawSlice } from '../../../export/test/dicom-files.js';
import { writeNifti } from '../../../nifti/test/write-nifti.js';
import { drawZip } from '../../test/images/draw-zip.js';
import { ImageReader } from './image-reader.js';

class ImpatientReader extends ImageReader {
  protected override readonly timeoutMs = 3000;
}

const limits = DECODE_LIMITS;
const me = { caller: 'me' };

function create(): ImageReader {
  const reader = new ImpatientReader();
  onTestFinished(() => reader.close());
  return reader;
}

function write(name: string, content: Uint8Array): string {
  const path = join(mkdtempSync(join(tmpdir(), 'reader-')), name);
  writeFileSync(path, content);
  return path;
}

/** Resident memory of the processes that this one has started, as Linux says. */
function childrenMb(): number {
  const pids = readdirSync('/proc/self/task').flatMap((thread) => {
    return readFileSync(`/proc/self/task/${thread}/children`, 'utf8').split(' ').filter(Boolean);
  });
  const residentKb = (pid: string): number => {
    return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
  };
  return pids.reduce((sum, pid) => sum + residentKb(pid), 0) / 1024;
}

describe('ImageReader', () => {
  it.skipIf(process.platform !== 'linux')(
    'gives back what a small file took that inflates to a large one',
    async () => {
      const reader = create();
      const ask = (path: string) => reader.ask({ type: 'preview', path, view: {}, limits }, me);
      const volume = writeNifti({ size: [4, 3, 2], code: 2, values: new Uint8Array(24).fill(7) });
      await ask(write('small', volume));
      const before = childrenMb();
      await ask(write('bomb', gzipSync(Buffer.concat([volume, Buffer.alloc(200e6)]))));
      await expect.poll(() => childrenMb() - before, { timeout: 3000 }).toBeLessThan(80);
      expect((await ask(write('small', volume))).length).toBeGreaterThan(0);
    },
  );

  it('passes on what is wrong with a file, and goes on', async () => {
    const reader = create();
    const wrong = reader.ask({ type: 'describe', path: write('a', Buffer.from('no image')), limits }, me);
    await expect(wrong).rejects.toMatchObject({ name: 'ZooError', code: 'INVALID_IMAGE' });
    const path = write('b', drawSlice());
    expect(await reader.ask({ type: 'describe', path, limits }, me)).toMatchObject({ format: 'dicom', width: 20 });
  });

  it.skipIf(process.platform === 'win32')('refuses a file that takes too long, and reads the next one', async () => {
    const reader = create();
    const good = write('good', drawSlice());
    await reader.ask({ type: 'describe', path: good, limits }, me);
    const pipe = join(mkdtempSync(join(tmpdir(), 'reader-')), 'pipe');
    execFileSync('mkfifo', [pipe]); // whoever reads it waits
    const stuck = reader.ask({ type: 'describe', path: pipe, limits }, me);
    await expect(stuck).rejects.toMatchObject({
      code: 'INVALID_IMAGE',
      message: expect.stringContaining('3 seconds') as string,
    });
    expect(await reader.ask({ type: 'describe', path: good, limits }, me)).toMatchObject({ format: 'dicom' });
  });

  it('refuses more than may wait, and leaves out what nobody waits for any more', async () => {
    const reader = create();
    const path = write('good', drawSlice());
    const left = new AbortController();
    const ask = (caller: string, signal?: AbortSignal) =>
      reader.ask({ type: 'describe', path, limits }, { caller, signal });
    const first = ask('me');
    const gone = ask('me', left.signal);
    left.abort(new Error('gone'));
    await expect(gone).rejects.toThrow('gone');
    const settled = await Promise.allSettled([first, ...Array.from({ length: 40 }, () => ask('me')), ask('you')]);
    const refused = settled.filter((one) => one.status === 'rejected');
    expect(refused).toHaveLength(9); // 32 places are one caller's at most, and the one that was left is free
    for (const { reason } of refused) expect(reason).toMatchObject({ code: 'BUSY', retryable: true });
    expect(settled.at(-1)).toMatchObject({ status: 'fulfilled' });
  });

  it('has callers take turns', async () => {
    const reader = create();
    const path = write('good', drawSlice());
    const done: string[] = [];
    const ask = async (caller: string) => {
      await reader.ask({ type: 'describe', path, limits }, { caller });
      done.push(caller);
    };
    await Promise.all(['a', 'a', 'a', 'a', 'b'].map(ask));
    expect(done.indexOf('b')).toBeLessThan(3);
  });

  it.skipIf(process.platform === 'win32')('does not go on with a file that nobody waits for any more', async () => {
    class PatientReader extends ImageReader {
      protected override readonly timeoutMs = 60_000;
    }
    const reader = new PatientReader();
    onTestFinished(() => reader.close());
    const pipe = join(mkdtempSync(join(tmpdir(), 'reader-')), 'pipe');
    execFileSync('mkfifo', [pipe]);
    const stuck = reader.ask({ type: 'describe', path: pipe, limits }, { ...me, signal: AbortSignal.timeout(50) });
    await expect(stuck).rejects.toMatchObject({ name: 'TimeoutError' });
    const path = write('good', drawSlice());
    expect(await reader.ask({ type: 'describe', path, limits }, me)).toMatchObject({ format: 'dicom' });
  });

  it('does not blame the caller for what the system refuses, and names no file', async () => {
    const reader = create();
    const gone = reader.ask({ type: 'describe', path: '/nowhere/Planted.dcm', limits }, me);
    const error: unknown = await gone.catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'BACKEND_UNAVAILABLE', cause: { code: 'ENOENT' } });
    expect(inspect(error)).not.toContain('Planted');
    const folder = mkdtempSync(join(tmpdir(), 'reader-'));
    const path = write('zip', drawZip({ a: Buffer.from('text') }));
    writeFileSync(join(folder, '0'), 'in the way');
    const unzip = { maxFiles: 9, maxFileBytes: 1e6, maxTotalBytes: 1e6 };
    const full = reader.ask({ type: 'unzip', path, folder, limits: unzip }, me);
    await expect(full).rejects.toMatchObject({ code: 'BACKEND_UNAVAILABLE', cause: { code: 'EEXIST' } });
  });

  it('does not blame the caller for a process that does not start', async () => {
    class BrokenReader extends ImageReader {
      protected override readonly script = pathToFileURL(write('exit.mjs', Buffer.from('process.exit(3);')));
    }
    const reader = new BrokenReader();
    onTestFinished(() => reader.close());
    const path = write('good', drawSlice());
    await expect(reader.ask({ type: 'describe', path, limits }, me)).rejects.toMatchObject({
      code: 'BACKEND_UNAVAILABLE',
      message: expect.stringContaining('code 3') as string,
    });
  });
});
