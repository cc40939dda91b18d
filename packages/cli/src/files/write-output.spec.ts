import { lstat, mkdir, mkdtemp, readFile, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { CommandError } from '../command-error.js';
import { DiskFullError, streamOutput, writeOutput } from './write-output.js';

/** A file on a disk without room. */
async function fullFile(): Promise<string> {
  const file = join(await mkdtemp(join(tmpdir(), 'full-')), 'results.csv');
  await symlink('/dev/full', file);
  return file;
}

it.skipIf(process.platform !== 'linux')('says that the disk is full, and leaves no part of a file', async () => {
  for (const write of [writeOutput, streamOutput]) {
    const file = await fullFile();
    const failing = write(file, 'rows');
    await expect(failing).rejects.toThrow(DiskFullError);
    await expect(failing).rejects.toThrow('results.csv cannot be written. The disk is full. Make room');
    await expect(lstat(file)).rejects.toThrow('ENOENT');
  }
});

it('says of any other fault what it is, and passes on one of what is written', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'written-'));
  await mkdir(join(folder, 'taken'));
  await expect(writeOutput(join(folder, 'taken'), 'x')).rejects.toThrow('It is a folder. Name a file.');
  await expect(streamOutput(join(folder, 'gone/x'), ['x'])).rejects.not.toBeInstanceOf(DiskFullError);
  await expect(streamOutput(join(folder, 'rows'), fault())).rejects.toThrow('No such label.');
  await streamOutput(join(folder, 'rows'), ['a', 'b']);
  expect(await readFile(join(folder, 'rows'), 'utf8')).toBe('ab');
});

function* fault(): Generator<string> {
  yield 'a';
  throw new CommandError('No such label.');
}
