import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Point, Polygon, Size } from '../../contract/index.js';
import { rleToPolygons } from '../masks/polygons.js';
import { bitmapToRle, decodeRle } from '../masks/rle.js';
import { signedArea } from './simplify-rings.js';

type Ring = readonly Point[];

const turn = (a: Point, b: Point, c: Point): number => Math.sign((b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x));
const isBetween = (a: Point, b: Point, p: Point): boolean =>
  Math.min(a.x, b.x) <= p.x && p.x <= Math.max(a.x, b.x) && Math.min(a.y, b.y) <= p.y && p.y <= Math.max(a.y, b.y);
const isSame = (a: Point, b: Point): boolean => a.x === b.x && a.y === b.y;

/**
 * Whether two sides have a point in common that is not an end of both: every pair is looked at, in the plainest way.
 */
function meet([a, b]: readonly [Point, Point], [c, d]: readonly [Point, Point]): boolean {
  const isCommon = (p: Point): boolean => (isSame(p, a) || isSame(p, b)) && (isSame(p, c) || isSame(p, d));
  const isOn = (p: Point, q: Point, r: Point): boolean => turn(q, r, p) === 0 && isBetween(q, r, p) && !isCommon(p);
  if (isOn(a, c, d) || isOn(b, c, d) || isOn(c, a, b) || isOn(d, a, b)) return true;
  return turn(a, b, c) * turn(a, b, d) < 0 && turn(c, d, a) * turn(c, d, b) < 0;
}

function countCrossings(polygons: readonly Polygon[]): number {
  const rings = polygons.flatMap(({ exterior, holes }): Ring[] => [exterior, ...holes]);
  const sides = rings.flatMap((ring) => ring.map((from, at) => [from, ring[(at + 1) % ring.length]!] as const));
  let crossings = 0;
  sides.forEach((side, at) => sides.slice(at + 1).forEach((other) => (crossings += Number(meet(side, other)))));
  return crossings;
}

/** Blobs of one or several pixels, with holes, thin bridges and corners that touch. */
const anyMask = fc
  .record({ width: fc.integer({ min: 8, max: 24 }), height: fc.integer({ min: 8, max: 24 }) })
  .chain((size) => {
    const length = size.width * size.height;
    return fc
      .tuple(fc.uint8Array({ minLength: length, maxLength: length }), fc.integer({ min: 60, max: 200 }))
      .map(([noise, cut]) => ({ size, mask: noise.map((value) => Number(value > cut)) }));
  });

function isInside(ring: Ring, { x, y }: Point): boolean {
  let inside = false;
  ring.forEach((a, index) => {
    const b = ring[(index + 1) % ring.length]!;
    if (a.y > y !== b.y > y && x < a.x + ((y - a.y) / (b.y - a.y)) * (b.x - a.x)) inside = !inside;
  });
  return inside;
}

const bitmap = (size: Size, isMask: (x: number, y: number) => boolean): Uint8Array =>
  Uint8Array.from({ length: size.width * size.height }, (_, at) =>
    Number(isMask(at % size.width, Math.floor(at / size.width))),
  );

describe('simplified outlines', () => {
  it.each([0.6, 1, 2, 5])('of any mask cross nothing and lose no part and no hole, within %s pixels', (tolerance) => {
    fc.assert(
      fc.property(anyMask, ({ size, mask }) => {
        const rle = bitmapToRle(mask, size);
        const exact = rleToPolygons(rle);
        const simple = rleToPolygons(rle, { tolerance });
        expect(countCrossings(simple)).toBe(0);
        expect(simple.map(({ holes }) => holes.length)).toEqual(exact.map(({ holes }) => holes.length));
        for (const { exterior, holes } of simple) {
          expect(signedArea(exterior)).toBeGreaterThan(0);
          for (const hole of holes) {
            expect(signedArea(hole)).toBeLessThan(0);
            const middle = { x: (hole[0]!.x + hole[1]!.x) / 2, y: (hole[0]!.y + hole[1]!.y) / 2 };
            expect(isInside(exterior, middle)).toBe(true);
          }
        }
      }),
      { numRuns: 150 },
    );
  });

  it.each([1e9, Number.MAX_VALUE, Infinity])('ends whatever the tolerance is, %s as well', (tolerance) => {
    const size = { width: 40, height: 40 };
    const disc = Uint8Array.from({ length: 1600 }, (_, at) =>
      Number(Math.hypot((at % 40) - 20, Math.floor(at / 40) - 20) < 12),
    );
    const [simple] = rleToPolygons(bitmapToRle(disc, size), { tolerance });
    expect(simple!.exterior.length).toBeGreaterThanOrEqual(3);
  });

  it('keeps a part of one pixel, and a thin one', () => {
    const size = { width: 40, height: 12 };
    const rle = bitmapToRle(
      bitmap(size, (x, y) => (x === 2 && y === 2) || (y === 8 && x > 3) || (x === 39 && y > 8)),
      size,
    );
    const polygons = rleToPolygons(rle, { tolerance: 3 });
    expect(polygons).toHaveLength(2);
    expect(polygons.map(({ exterior }) => signedArea(exterior)).every((area) => area >= 1)).toBe(true);
  });

  it('takes a ring of more points than a call may have arguments', () => {
    const size = { width: 520, height: 520 };
    // Combs, joined at the left: every other row to the right, with teeth of one pixel.
    const comb = bitmap(size, (x, y) => x === 0 || y % 4 === 0 || (y % 4 === 1 && x % 2 === 0));
    const rle = bitmapToRle(comb, size);
    const [exact] = rleToPolygons(rle);
    expect(exact!.exterior.length).toBeGreaterThan(120_000);
    const [simple] = rleToPolygons(rle, { tolerance: 2 });
    expect(simple!.exterior.length).toBeLessThan(exact!.exterior.length / 10);
    expect(decodeRle(rle)).toEqual(comb);
  });

  it('takes masks of many parts in a time that grows with them', () => {
    const size = { width: 300, height: 300 };
    const board = bitmap(size, (x, y) => (x + y) % 2 === 0);
    expect(rleToPolygons(bitmapToRle(board, size), { tolerance: 1 })).toHaveLength(45_000);
  });
});
