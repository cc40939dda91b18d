import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rleToPolygons } from './polygons.js';
import { bitmapToRle, decodeRle, rleArea } from './rle.js';
import { splitRle } from './split-rle.js';

const size = { width: 5, height: 3 };
const bitmap = (...rows: string[]): Uint8Array => Uint8Array.from(rows.join(''), (cell) => (cell === '#' ? 1 : 0));

describe('splitRle', () => {
  it('parts what touches at a corner only, largest first, and joins what meets further on', () => {
    const parts = splitRle(bitmapToRle(bitmap('#.#.#', '#.###', '###..'), size));
    expect(parts).toHaveLength(1);
    const corner = splitRle(bitmapToRle(bitmap('#....', '.##..', '....#'), size));
    expect(corner.map((part) => decodeRle(part))).toEqual([
      bitmap('.....', '.##..', '.....'),
      bitmap('#....', '.....', '.....'),
      bitmap('.....', '.....', '....#'),
    ]);
    // The last row of a column and the first of the next are one run and not neighbours.
    expect(splitRle(bitmapToRle(bitmap('.#...', '.....', '#....'), size))).toHaveLength(2);
    expect(splitRle(bitmapToRle(new Uint8Array(15), size))).toEqual([]);
  });

  it('takes runs that touch for one, as other programs may write them', () => {
    const touching = { size: { width: 1, height: 4 }, counts: '0200' }; // 2 and 2 of mask, with 0 between
    expect(splitRle(touching)).toEqual([{ size: { width: 1, height: 4 }, counts: '04' }]);
    expect(rleToPolygons(touching)).toHaveLength(1);
  });

  it('gives the mask back in sum, in as many parts as it has polygons', () => {
    const any = fc.uint8Array({ min: 0, max: 1, minLength: 120, maxLength: 120 });
    fc.assert(
      fc.property(any, (mask) => {
        const rle = bitmapToRle(mask, { width: 10, height: 12 });
        const parts = splitRle(rle);
        const sum = parts.reduce(
          (all, part) => all.map((value, index) => value + decodeRle(part)[index]!),
          new Uint8Array(120),
        );
        expect(sum).toEqual(mask);
        expect(parts).toHaveLength(rleToPolygons(rle).length);
        const areas = parts.map(rleArea);
        expect(areas).toEqual(areas.toSorted((a, b) => b - a));
      }),
    );
  });
});
