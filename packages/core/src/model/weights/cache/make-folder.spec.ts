import { existsSync } from 'node:fs';
import { mkdtemp, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeFolder } from './make-folder.js';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'medzoo-folders-'));
  await writeFile(join(root, 'file'), '');
  await symlink(join(root, 'nowhere'), join(root, 'link'));
});
afterAll(() => rm(root, { recursive: true }));

it('makes a folder and those above it, by several at once, and is content with one that is there', async () => {
  const folder = join(root, 'a', 'b', 'c');
  await Promise.all(Array.from({ length: 8 }, () => makeFolder(folder)));
  await makeFolder(folder);
  expect((await stat(folder)).isDirectory()).toBe(true);
});

it.each([
  ['below a file', 'file/a/b', 'ENOTDIR'],
  ['where a file is', 'file', 'EEXIST'],
  ['where a link leads nowhere', 'link', 'EEXIST'],
])('rejects %s', async (_, path, code) => {
  await expect(makeFolder(join(root, path))).rejects.toMatchObject({ code });
});

it.runIf(existsSync('/proc/self'))('rejects where no folders are made, in place of trying forever', async () => {
  await expect(makeFolder('/proc/medzoo/cache/weights')).rejects.toMatchObject({ code: 'ENOENT' });
});
