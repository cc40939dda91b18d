import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { drawSpot } from './phantoms/spot.js';
import { writeSpotSet } from './write-spot-set.js';

it('writes a task with all splits and labels, the same each time', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'spots-'));
  await writeSpotSet(folder, 20);
  const rows = (await readFile(join(folder, 'index.csv'), 'utf8')).trim().split('\n').slice(1);
  const count = (...parts: string[]) => rows.filter((row) => row.endsWith(parts.join(','))).length;
  expect([count('even', 'train'), count('ragged', 'val'), count('even', 'test')]).toEqual([6, 2, 2]);
  expect(await readdir(join(folder, 'images'))).toHaveLength(20);
  expect(drawSpot('even', 3)).toEqual(drawSpot('even', 3));
  await rm(folder, { recursive: true });
});

it('draws rims that tell the labels apart', () => {
  const rim = (label: 'even' | 'ragged', seed: number): number => {
    const mask = drawSpot(label, seed).masks[label]!;
    const area = mask.reduce((sum, bit) => sum + bit, 0);
    const edges = mask.filter((bit, pixel) => bit !== mask[pixel + 1]).length;
    return edges / Math.sqrt(area);
  };
  const seeds = Array.from({ length: 8 }, (_, seed) => seed + 1);
  const mean = (label: 'even' | 'ragged'): number =>
    seeds.reduce((sum, seed) => sum + rim(label, seed), 0) / seeds.length;
  expect(mean('ragged')).toBeGreaterThan(1.1 * mean('even'));
});
