import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { drawSpot } from '../phantoms/spot.js';
import { writeSpotSet } from './write-spot-set.js';

it('writes a task with all splits and labels, the same each time', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'spots-'));
  await writeSpotSet(folder, 20);
  const rows = (await readFile(join(folder, 'index.csv'), 'utf8')).trim().split('\n').slice(1);
  const count = (...parts: string[]) => rows.filter((row) => row.includes(`,${parts.join(',')},`)).length;
  expect([count('even', 'train'), count('ragged', 'val'), count('even', 'test')]).toEqual([6, 2, 2]);
  expect(await readdir(join(folder, 'images'))).toHaveLength(20);
  expect(drawSpot('even', 3)).toEqual(drawSpot('even', 3));
  await rm(folder, { recursive: true });
});

it('says of each spot where it lies, how large it is, and what its parts are', () => {
  const spots = Array.from({ length: 20 }, (_, seed) => drawSpot('even', seed));
  for (const { centre, radius, parts, size } of spots) {
    const inside = Array.from(parts, (part, pixel) => [part, pixel] as const).filter(([part]) => part > 0);
    const mean = (of: (pixel: number) => number): number =>
      inside.reduce((sum, [, pixel]) => sum + of(pixel), 0) / inside.length;
    expect(mean((pixel) => (pixel % size.width) + 0.5)).toBeCloseTo(centre.x, -0.5);
    expect(mean((pixel) => Math.floor(pixel / size.width) + 0.5)).toBeCloseTo(centre.y, -0.5);
    expect(Math.sqrt(inside.length / Math.PI) / radius).toBeCloseTo(1, 1);
    expect(inside.filter(([part]) => part === 2).length / inside.length).toBeCloseTo(4 / 9, 1);
  }
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
