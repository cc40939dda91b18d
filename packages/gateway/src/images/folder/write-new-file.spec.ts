import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { writeNewFile } from './keep-file.js';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'medzoo-write-'));
  return () => rm(folder, { recursive: true });
});

it('leaves no file that it could not write', async () => {
  const unwritable = 1 as unknown as Uint8Array; // fails as a full disk does: once the file is there
  await expect(writeNewFile(join(folder, 'a'), unwritable, true)).rejects.toThrow(/must be/);
  expect(await readdir(folder)).toEqual([]);
});

it('leaves alone what was there before', async () => {
  const path = join(folder, 'a');
  await writeFile(path, 'before');
  await expect(writeNewFile(path, Buffer.from('after'), true)).rejects.toThrow('EEXIST');
  expect(await readFile(path, 'utf8')).toBe('before');
});
