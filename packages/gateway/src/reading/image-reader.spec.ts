import 'reflect-metadata';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DECODE_LIMITS } from '@medzoo/core';
import { describe, expect, it, onTestFinished } from 'vitest';
import { drawSlice } from '../../../export/test/dicom-files.js';
import { ImageReader } from './image-reader.js';

class ImpatientReader extends ImageReader {
  protected override readonly timeoutMs = 3000;
}

const limits = DECODE_LIMITS;

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

describe('ImageReader', () => {
  it('passes on what is wrong with a file, and goes on', async () => {
    const reader = create();
    const wrong = reader.ask({ type: 'describe', path: write('a', Buffer.from('no image')), limits });
    await expect(wrong).rejects.toMatchObject({ name: 'ZooError', code: 'INVALID_IMAGE' });
    const path = write('b', drawSlice());
    expect(await reader.ask({ type: 'describe', path, limits })).toMatchObject({ format: 'dicom', width: 20 });
  });

  it.skipIf(process.platform === 'win32')('refuses a file that takes too long, and reads the next one', async () => {
    const reader = create();
    const good = write('good', drawSlice());
    await reader.ask({ type: 'describe', path: good, limits });
    const pipe = join(mkdtempSync(join(tmpdir(), 'reader-')), 'pipe');
    execFileSync('mkfifo', [pipe]); // whoever reads it waits
    const stuck = reader.ask({ type: 'describe', path: pipe, limits });
    await expect(stuck).rejects.toMatchObject({
      code: 'INVALID_IMAGE',
      message: expect.stringContaining('3 seconds') as string,
    });
    expect(await reader.ask({ type: 'describe', path: good, limits })).toMatchObject({ format: 'dicom' });
  });

  it('refuses more than may wait, and leaves out what nobody waits for any more', async () => {
    const reader = create();
    const path = write('good', drawSlice());
    const left = new AbortController();
    const first = reader.ask({ type: 'describe', path, limits });
    const gone = reader.ask({ type: 'describe', path, limits }, left.signal);
    const all = Promise.allSettled([
      first,
      ...Array.from({ length: 70 }, () => reader.ask({ type: 'describe', path, limits })),
    ]);
    left.abort(new Error('gone'));
    await expect(gone).rejects.toThrow('gone');
    const settled = await all;
    const refused = settled.filter((one) => one.status === 'rejected');
    expect(refused).toHaveLength(8);
    for (const { reason } of refused) expect(reason).toMatchObject({ code: 'BUSY', retryable: true });
  });
});
