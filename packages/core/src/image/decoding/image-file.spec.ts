import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { withImageFile } from './image-file.js';

const folder = mkdtempSync(join(tmpdir(), 'image-file-'));
afterAll(() => rmSync(folder, { recursive: true }));

const bytes = Uint8Array.from({ length: 200_000 }, (_, index) => (index * 7 + (index >> 8)) % 256);
const path = join(folder, 'file');
writeFileSync(path, bytes);

it.each<[number, number]>([
  [0, 10],
  [65_530, 10],
  [65_536, 1],
  [5, 65_536],
  [0, 200_000],
  [199_995, 10],
  [200_000, 4],
  [300_000, 4],
  [150_000, 0],
])('reads the same from a path as from memory: at %i, %i bytes', async (at, length) => {
  const expected = await withImageFile(bytes, (file) => file.read(at, length));
  await withImageFile(path, async (file) => {
    expect(Buffer.from(await file.read(at, length)).equals(expected)).toBe(true);
    await file.read(100_000, 3); // another piece is at hand now
    expect(Buffer.from(await file.read(at, length)).equals(expected)).toBe(true);
  });
});

it('reads thousands of small pieces, one after the other or at once', async () => {
  const ats = Array.from({ length: 4000 }, (_, index) => index * 50);
  await withImageFile(path, async (file) => {
    for (const at of ats) expect((await file.read(at, 4))[0]).toBe(bytes[at]);
    const pieces = await Promise.all(ats.map((at) => file.read(at, 4)));
    expect(pieces.every((piece, index) => piece[0] === bytes[ats[index]!])).toBe(true);
  });
});
