import { mkdir, mkdtemp, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readImage } from './read-image.js';
import { walkFolder } from './walk-folder.js';

const NOT_UTF8 = Buffer.from('caf\xe9', 'latin1');
const isLinux = process.platform === 'linux';

async function writeFiles(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'walk-'));
  await mkdir(join(folder, 'b/.hidden'), { recursive: true });
  for (const name of ['b/2.png', 'a.png', '.x.png', 'b/.hidden/3.png', 'DICOMDIR'])
    await writeFile(join(folder, name), 'x');
  await symlink(folder, join(folder, 'b/loop'));
  await symlink(join(folder, 'a.png'), join(folder, 'b/link.png'));
  await symlink(join(folder, 'gone.png'), join(folder, 'b/dangling.png'));
  return folder;
}

it('gives files by name, keeps links apart and passes over what is hidden', async () => {
  const folder = await writeFiles();
  expect(await walkFolder(folder)).toEqual({
    files: [join(folder, 'a.png'), join(folder, 'b/2.png')],
    links: [join(folder, 'b/dangling.png'), join(folder, 'b/link.png')],
    results: [],
    unread: [],
  });
});

it('tells what medzoo wrote into a folder apart from the images there', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'walk-'));
  const answers = { medzoo: '1.0.0', images: [{ ok: false }, { ok: true, heads: { organs: {} } }] };
  await writeFile(join(folder, 'answers.json'), JSON.stringify(answers));
  for (const name of ['a.organs.png', 'a.organs.left.png', 'a.organs.nii.gz', 'a.png', 'organs.png'])
    await writeFile(join(folder, name), 'x');
  const { files, results } = await walkFolder(folder);
  expect(files).toEqual(['a.png', 'answers.json', 'organs.png'].map((name) => join(folder, name)));
  expect(results).toEqual(['a.organs.left.png', 'a.organs.nii.gz', 'a.organs.png'].map((name) => join(folder, name)));
  await writeFile(join(folder, 'answers.json'), '[]');
  expect((await walkFolder(folder)).results).toEqual([]);
});

// macOS and Windows have no such names.
it.runIf(isLinux)('goes on where a name is not UTF-8, and says so', async () => {
  const folder = await writeFiles();
  const below = Buffer.concat([Buffer.from(`${folder}/`), NOT_UTF8]);
  await mkdir(below);
  await writeFile(Buffer.concat([Buffer.from(`${folder}/b/`), NOT_UTF8]), 'x');
  const { files, unread } = await walkFolder(folder);
  expect(files).toHaveLength(3);
  expect(unread.map(({ error }) => error.message)).toEqual([expect.stringContaining('is not UTF-8. Rename it')]);
  await expect(readImage(files[2]!)).rejects.toThrow('is not UTF-8. Rename it');
});

it('says why a folder or file cannot be read', async () => {
  const folder = await writeFiles();
  expect((await walkFolder(join(folder, 'nowhere'))).unread).toHaveLength(1);
  await expect(readImage(join(folder, 'a.png/x'))).rejects.toThrow('is no folder');
  await expect(readImage(join(folder, 'a.png'), { maxBytes: 0.5 })).rejects.toThrow('this one has 1. Raise limits');
});
