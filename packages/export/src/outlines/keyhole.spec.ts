import { bitmapToRle, rleToPolygons } from '@medzoo/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fillRing } from '../../test/fill-ring.js';
import { isSimpleEnough, toKeyhole } from './keyhole.js';

describe('toKeyhole', () => {
  it('has the mask back by either rule, whatever its parts and holes', () => {
    const size = { width: 9, height: 8 };
    const masks = fc
      .uint8Array({ minLength: 72, maxLength: 72, max: 3 })
      .map((values) => values.map((value) => Number(value > 0)));
    fc.assert(
      fc.property(masks, (bitmap) => {
        for (const rule of ['even-odd', 'non-zero'] as const) {
          const total = new Array<number>(72).fill(0);
          for (const polygon of rleToPolygons(bitmapToRle(bitmap, size))) {
            const ring = toKeyhole(polygon).map(({ x, y }) => [x, y] as const);
            fillRing(ring, size, rule).forEach((value, at) => (total[at] = total[at]! + value));
          }
          expect(total).toEqual([...bitmap]);
        }
      }),
    );
  });

  it('is asked beforehand whether it would ever end', () => {
    const hole = Array.from({ length: 100 }, (_, at) => ({ x: at, y: 0 }));
    expect(isSimpleEnough({ exterior: hole, holes: Array.from({ length: 1000 }, () => hole) })).toBe(true);
    expect(isSimpleEnough({ exterior: hole, holes: Array.from({ length: 2000 }, () => hole) })).toBe(false);
  });

  it('is the outline itself where there is no hole', () => {
    const exterior = [{ x: 0, y: 0 }, { x: 2, y: 0 }, { x: 2, y: 1 }]; // prettier-ignore
    expect(toKeyhole({ exterior, holes: [] })).toEqual(exterior);
  });
});
