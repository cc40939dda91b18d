import { mkdir, mkdtemp, readdir, rm, truncate, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { listPacked, makeRoom, MOST_BYTES } from './remove-unused.js';

const DAY_MS = 86_400_000;
const NOW = Date.now();
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'medzoo-packed-'));
});
afterEach(() => rm(folder, { recursive: true }));

const nameOf = (digit: string) => digit.repeat(64);

/** A model whose weights take no room on the disk, and a size. */
async function keep(digit: string, bytes: number, unusedMs: number): Promise<void> {
  const path = join(folder, nameOf(digit));
  await mkdir(path);
  for (const name of ['record.json', 'weights.bin']) await writeFile(join(path, name), '');
  await truncate(join(path, 'weights.bin'), bytes);
  const then = new Date(NOW - unusedMs);
  await utimes(join(path, 'record.json'), then, then);
}

const kept = async () => (await readdir(folder)).map((name) => name[0]).sort();

it('removes what was not used for a month', async () => {
  await keep('a', 1000, 31 * DAY_MS);
  await keep('b', 1000, 29 * DAY_MS);
  expect(await makeRoom(folder, 1000, NOW)).toBe(true);
  expect(await kept()).toEqual(['b']);
  expect(await listPacked(folder)).toMatchObject([{ key: nameOf('b'), bytes: 1000 }]);
});

it('removes the least recently used if there is no room, and only as many as it needs', async () => {
  await keep('a', MOST_BYTES / 2, 2 * DAY_MS);
  await keep('b', MOST_BYTES / 4, 3 * DAY_MS);
  await keep('c', MOST_BYTES / 4, 4 * DAY_MS);
  expect(await makeRoom(folder, MOST_BYTES / 4, NOW)).toBe(true);
  expect(await kept()).toEqual(['a', 'b']);
});

it('keeps what is in use, and says that there is no room', async () => {
  await keep('a', MOST_BYTES, DAY_MS / 2);
  expect(await makeRoom(folder, 1, NOW)).toBe(false);
  expect(await kept()).toEqual(['a']);
});

it('removes what processes left behind, and nothing that it does not know', async () => {
  for (const name of ['x.1.2.draft', 'y.2.removed', 'z.1.2.draft', 'notes']) await mkdir(join(folder, name));
  const then = new Date(NOW - DAY_MS);
  for (const name of ['x.1.2.draft', 'y.2.removed', 'notes']) await utimes(join(folder, name), then, then);
  await makeRoom(folder, 0, NOW);
  expect(await kept()).toEqual(['n', 'z']);
});
