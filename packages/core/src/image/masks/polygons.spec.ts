import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Point, Polygon, Size } from '../../contract/index.js';
import { rleToPolygons } from './polygons.js';
import { bitmapToRle, decodeRle } from './rle.js';

/** A drawing, one character a pixel, '#' mask. */
function draw(...lines: readonly string[]) {
  const size = { width: lines[0]!.length, height: lines.length };
  return bitmapToRle(
    Uint8Array.from(lines.join(''), (character) => Number(character === '#')),
    size,
  );
}

function isInside(ring: readonly Point[], x: number, y: number): boolean {
  let inside = false;
  ring.forEach((a, index) => {
    const b = ring[(index + 1) % ring.length]!;
    if (a.y > y !== b.y > y && x < a.x + ((y - a.y) / (b.y - a.y)) * (b.x - a.x)) inside = !inside;
  });
  return inside;
}

/** Fills polygons by testing each pixel's centre. */
function fill(polygons: readonly Polygon[], { width, height }: Size): Uint8Array {
  return Uint8Array.from({ length: width * height }, (_, index) => {
    const [x, y] = [(index % width) + 0.5, Math.floor(index / width) + 0.5];
    return Number(
      polygons.some(({ exterior, holes }) => isInside(exterior, x, y) && !holes.some((hole) => isInside(hole, x, y))),
    );
  });
}

const anyMask = fc
  .record({ width: fc.integer({ min: 1, max: 10 }), height: fc.integer({ min: 1, max: 10 }) })
  .chain((size) => {
    const length = size.width * size.height;
    return fc.uint8Array({ min: 0, max: 1, minLength: length, maxLength: length }).map((mask) => ({ size, mask }));
  });

describe('rleToPolygons', () => {
  it('goes along pixel edges, clockwise from the image corner', () => {
    expect(rleToPolygons(draw('....', '.##.', '.##.'))).toEqual([
      {
        exterior: [
          { x: 1, y: 1 },
          { x: 3, y: 1 },
          { x: 3, y: 3 },
          { x: 1, y: 3 },
        ],
        holes: [],
      },
    ]);
    expect(rleToPolygons(draw('...'))).toEqual([]);
  });

  it('puts holes into the part they are in, and parts in order of size', () => {
    const polygons = rleToPolygons(draw('#.......', '..#####.', '..#...#.', '..#.#.#.', '..#...#.', '..#####.'));
    expect(polygons.map(({ exterior, holes }) => [exterior.length, holes.length])).toEqual([
      [4, 1],
      [4, 0],
      [4, 0],
    ]);
    expect(polygons[0]!.holes[0]).toHaveLength(4);
  });

  it('parts pixels that touch at a corner, and closes a hole that touches the outline', () => {
    expect(rleToPolygons(draw('#.', '.#'))).toHaveLength(2);
    const [ring, ...rest] = rleToPolygons(draw('###', '#.#', '##.'));
    expect(rest).toEqual([]);
    expect(ring!.exterior).toHaveLength(6);
    expect(ring!.holes).toHaveLength(1);
  });

  it('fills to the very same mask, with rings that pass no point twice', () => {
    fc.assert(
      fc.property(anyMask, ({ size, mask }) => {
        const polygons = rleToPolygons(bitmapToRle(mask, size));
        expect(fill(polygons, size)).toEqual(mask);
        for (const ring of polygons.flatMap(({ exterior, holes }) => [exterior, ...holes])) {
          expect(new Set(ring.map(({ x, y }) => `${x},${y}`)).size).toBe(ring.length);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('simplifies within the tolerance', () => {
    const size = { width: 120, height: 90 };
    const isDisc = (index: number) => ((index % 120) - 60) ** 2 + (Math.floor(index / 120) - 45) ** 2 < 1600;
    const disc = bitmapToRle(
      Uint8Array.from({ length: 120 * 90 }, (_, index) => Number(isDisc(index))),
      size,
    );
    const [exact] = rleToPolygons(disc);
    const [simple] = rleToPolygons(disc, { tolerance: 1 });
    expect(simple!.exterior.length).toBeLessThan(exact!.exterior.length / 4);
    const mask = decodeRle(disc);
    const wrong = fill([simple!], size).filter((value, index) => value !== mask[index]).length;
    expect(wrong).toBeLessThan(2 * Math.PI * 40);
  });
});
