import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { prepareFolder } from './keep-file.js';

async function createParent(): Promise<string> {
  const parent = await mkdtemp(join(tmpdir(), 'medzoo-folder-'));
  onTestFinished(() => rm(parent, { recursive: true }));
  return parent;
}

it('leaves nothing in the folder', async () => {
  const folder = join(await createParent(), 'images');
  expect(await prepareFolder(folder)).toBe(folder);
  expect(await prepareFolder(folder)).toBe(folder);
  expect(await readdir(folder)).toEqual([]);
});

it('says in words what is in the way', async () => {
  const file = join(await createParent(), 'file');
  await writeFile(file, '');
  const words = 'and it cannot be written: a part of the path is a file. Name one that can be in MEDZOO_DATA_DIR';
  await expect(prepareFolder(file)).rejects.toThrow(`in the folder ${file}, ${words}`);
  await expect(prepareFolder(join(file, 'images'))).rejects.toThrow(`in the folder ${join(file, 'images')}, ${words}`);
});

it.runIf(process.platform === 'linux').each([
  ['cannot be made', '/proc/not/there'],
  ['is there and cannot be written', '/proc/self'],
])('refuses soon a folder that %s', async (_what, folder) => {
  await expect(prepareFolder(folder)).rejects.toThrow(`in the folder ${folder}, and it cannot be written`);
});
