import { bitmapToRle, rleArea } from '@medzoo/core';
import type { ImageMask, PreprocessSpec } from '@medzoo/core/contract';
import { describe, expect, it } from 'vitest';
import { PROVENANCE } from '../../test/answers.js';
import { fillProbabilities } from './image-probabilities.js';

/** Of a plane of 16 x 16, letterboxed or stretched over an image of 37 x 23. */
function probabilitiesOf(fit: PreprocessSpec['fit'], valueAt: (x: number, y: number) => number): Uint8Array {
  const image = { width: 37, height: 23 };
  const rle = bitmapToRle(new Uint8Array(37 * 23).fill(1), image);
  const size = { width: 16, height: 16 };
  const values = Float32Array.from({ length: 256 }, (_, at) => valueAt(at % 16, Math.floor(at / 16)));
  const mask = { label: 'a', rle, area: rleArea(rle), probabilities: { size, values } } as unknown as ImageMask;
  const into = new Uint8Array(37 * 23);
  fillProbabilities(mask, { ...PROVENANCE.preprocess, size: { width: 64, height: 64 }, fit }, into);
  return into;
}

describe('fillProbabilities', () => {
  it('covers the image with the whole plane where it was stretched', () => {
    const found = probabilitiesOf('stretch', (_, y) => (y < 8 ? 0.9 : 0.1));
    expect(found[0]! / 255).toBeCloseTo(0.9, 2);
    expect(found[22 * 37]! / 255).toBeCloseTo(0.1, 2);
    // Half way down the image is half way down the plane.
    expect(found[11 * 37]! / 255).toBeCloseTo(0.5, 2);
  });

  it('covers it with the part of the plane that it lay on where it was letterboxed', () => {
    // 23 of 37 rows: the image's last row lies at 0.62 of the plane, row 9.95.
    const found = probabilitiesOf('letterbox', (_, y) => (y < 8 ? 0.9 : 0.1));
    const rows = Array.from({ length: 23 }, (_, y) => found[y * 37]! / 255);
    const turn = rows.findIndex((value) => value < 0.5);
    expect(turn).toBe(18);
    expect(rows[22]).toBeCloseTo(0.1, 2);
  });
});
