import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rleToPolygons } from './polygons.js';
import { bitmapToRle, decodeRle, readRuns, rleArea, rleBoundingBox, rleDice, rleIou } from './rle.js';

function bitmap(width: number, height: number, isMask: (x: number, y: number) => boolean): Uint8Array {
  return Uint8Array.from({ length: width * height }, (_, index) =>
    Number(isMask(index % width, Math.floor(index / width))),
  );
}

const anyMask = fc
  .record({ width: fc.integer({ min: 1, max: 9 }), height: fc.integer({ min: 1, max: 9 }) })
  .chain((size) =>
    fc
      .uint8Array({ min: 0, max: 1, minLength: size.width * size.height, maxLength: size.width * size.height })
      .map((mask) => ({ size, mask })),
  );

/** Strings written by pycocotools 2.0. */
const COCO: readonly (readonly [string, number, number, (x: number, y: number) => boolean, string])[] = [
  ['empty', 6, 4, () => false, 'h0'],
  ['full', 6, 4, () => true, '0h0'],
  ['a box', 6, 4, (x, y) => x >= 2 && x < 5 && y >= 1 && y < 3, '9220003'],
  ['stripes', 7, 5, (x, y) => ((y * 7 + x) * 7) % 5 < 2, '0130N1420NLO20N11'],
  [
    'a disc',
    100,
    70,
    (x, y) => (y - 30) ** 2 + (x - 55) ** 2 < 625,
    'bT2=f16K4L4M2M4M2N2N2O0O2N2O0O2O0O2O000O2O000000000000000000000001N10001N101N101N2N101N2N2N3L3N3L4L5JS[1',
  ],
];

describe('run lengths', () => {
  it.each(COCO)('are COCO strings: %s', (_, width, height, isMask, counts) => {
    const mask = bitmap(width, height, isMask);
    expect(bitmapToRle(mask, { width, height })).toEqual({ size: { width, height }, counts });
    expect(decodeRle({ size: { width, height }, counts })).toEqual(mask);
  });

  it('hold long runs', () => {
    const size = { width: 1500, height: 1000 };
    const rle = bitmapToRle(
      bitmap(1500, 1000, (x, y) => x >= 700 && y >= 3 && y < 990),
      size,
    );
    expect(rle.counts).toBe(`Sc[e0kn0=${'0'.repeat(1597)}M`);
    expect(rleArea(rle)).toBe(800 * 987);
  });

  it('give back any mask, and its area and box', () => {
    fc.assert(
      fc.property(anyMask, ({ size, mask }) => {
        const rle = bitmapToRle(mask, size);
        expect(decodeRle(rle)).toEqual(mask);
        expect(rleArea(rle)).toBe(mask.reduce((a, b) => a + b, 0));
        const at = [...mask.keys()].filter((index) => mask[index] === 1);
        const [xs, ys] = [at.map((index) => index % size.width), at.map((index) => Math.floor(index / size.width))];
        const [x, y] = [Math.min(...xs), Math.min(...ys)];
        const box = { x, y, width: Math.max(...xs) - x + 1, height: Math.max(...ys) - y + 1 };
        expect(rleBoundingBox(rle)).toEqual(at.length === 0 ? null : box);
      }),
    );
  });

  it('decode to a value of choice', () => {
    expect(decodeRle({ size: { width: 1, height: 3 }, counts: '111' }, 255)).toEqual(Uint8Array.of(0, 255, 0));
  });

  it('are refused when they do not fill the size or are no such string', () => {
    const size = { width: 6, height: 4 };
    expect(() => readRuns({ size, counts: '9220002' })).toThrow('a 6 x 4 mask sum to 24; these to 23');
    expect(() => readRuns({ size, counts: 'h0 ' })).toThrow('not a COCO compressed string');
    expect(() => readRuns({ size, counts: 'P' })).toThrow('not a COCO compressed string');
    expect(() => bitmapToRle(new Uint8Array(5), size)).toThrow('6 x 4 bitmap holds 24 bytes; got 5');
  });
});

describe('overlap', () => {
  it('equals counting pixels', () => {
    const pair = anyMask.chain(({ size, mask }) =>
      fc
        .uint8Array({ min: 0, max: 1, minLength: mask.length, maxLength: mask.length })
        .map((other) => ({ size, mask, other })),
    );
    fc.assert(
      fc.property(pair, ({ size, mask, other }) => {
        const shared = mask.filter((value, index) => value === 1 && other[index] === 1).length;
        const total = [...mask, ...other].reduce((a, b) => a + b, 0);
        const [a, b] = [bitmapToRle(mask, size), bitmapToRle(other, size)];
        expect(rleIou(a, b)).toBe(total === 0 ? 1 : shared / (total - shared));
        expect(rleDice(a, b)).toBe(total === 0 ? 1 : (2 * shared) / total);
      }),
    );
  });

  it('is not defined for masks of different sizes', () => {
    const [a, b] = [
      bitmapToRle(new Uint8Array(6), { width: 3, height: 2 }),
      bitmapToRle(new Uint8Array(6), { width: 2, height: 3 }),
    ];
    expect(() => rleIou(a, b)).toThrow('got 3 x 2 and 2 x 3');
  });
});

describe('what no mask can be', () => {
  it.each([
    ['negative sizes', -2, -2],
    ['fractions of a pixel', 1.5, 2],
    ['no pixels', 0, 4],
    ['more pixels than COCO counts', 70_000, 70_000],
    ['more columns than there is memory for', 1e9, 1e9],
    ['no number', NaN, 2],
  ])('has %s', (_, width, height) => {
    const size = { width, height };
    for (const read of [rleArea, rleBoundingBox, decodeRle, readRuns, rleToPolygons]) {
      expect(() => read({ size, counts: '4' })).toThrow(/whole numbers above 0.* got/);
    }
    expect(() => bitmapToRle(new Uint8Array(4), size)).toThrow(/whole numbers above 0/);
  });

  it('has run lengths of more than 32 bits, or in a list', () => {
    for (const read of [rleArea, rleToPolygons]) {
      const list = { size: { width: 2, height: 2 }, counts: [0, 4] };
      expect(() => read(list as never)).toThrow('Run lengths are a COCO compressed string');
    }
    expect(() => rleArea({ size: { width: 2, height: 2 }, counts: 'ooooooooo4' })).toThrow(RangeError);
  });
});
