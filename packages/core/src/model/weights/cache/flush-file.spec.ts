import fs from 'node:fs';
import { type FileHandle, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { flushFile } from './flush-file.js';

let folder: string;
let file: FileHandle;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'medzoo-flush-'));
  file = await open(join(folder, 'file'), 'w');
});
afterEach(async () => {
  vi.restoreAllMocks();
  await file.close().catch(() => undefined);
  await rm(folder, { recursive: true });
});

/** Has the next call of fsync fail with this code. */
function failWith(code: string): void {
  const fail = (_: number, done: fs.NoParamCallback): void => done(Object.assign(new Error(code), { code }));
  vi.spyOn(fs, 'fsync').mockImplementationOnce(fail);
}

it("waits for the disk also where a handle cannot, as under Yarn's Plug'n'Play", async () => {
  const notImplemented = (): never => {
    throw new Error('Method not implemented.');
  };
  const flushed = vi.spyOn(fs, 'fsync');
  await flushFile(Object.assign(Object.create(null) as object, { fd: file.fd, sync: notImplemented }));
  expect(flushed).toHaveBeenCalledOnce();
});

it("goes on without where Node's permission model lets no program do it", async () => {
  failWith('ERR_ACCESS_DENIED');
  await expect(flushFile(file)).resolves.toBeUndefined();
});

it('rejects where the disk fails, and for a file that is closed', async () => {
  failWith('EIO');
  await expect(flushFile(file)).rejects.toThrow('EIO');
  await file.close();
  await expect(flushFile(file)).rejects.toThrow();
});
