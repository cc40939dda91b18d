import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PixelSize, Point, Rle, Size } from '../../contract/index.js';
import { bitmapToRle, decodeRle as bitmapOf } from '../masks/rle.js';
import { ellipseCircumference } from './ellipse.js';
import { measureMask } from './measure-mask.js';

const SQUARE: PixelSize = { x: 1, y: 1 };

/** An ellipse sampled at pixel centres; lengths in the unit of `pixel`. */
interface Drawn {
  readonly semiMajor: number;
  readonly semiMinor: number;
  readonly angle: number;
  readonly pixel?: PixelSize;
  readonly size?: Size;
  /** Of the image's width and height. */
  readonly center?: Point;
}
const CENTER = { x: 0.52, y: 0.47 };
function drawEllipse(drawn: Drawn): Rle {
  const { semiMajor, semiMinor, angle, pixel = SQUARE, size = fit(semiMajor, pixel), center = CENTER } = drawn;
  const [cos, sin] = [Math.cos((angle * Math.PI) / 180), Math.sin((angle * Math.PI) / 180)];
  const bitmap = Uint8Array.from({ length: size.width * size.height }, (_, index) => {
    const dx = ((index % size.width) + 0.5 - center.x * size.width) * pixel.x;
    const dy = (Math.floor(index / size.width) + 0.5 - center.y * size.height) * pixel.y;
    return ((dx * cos + dy * sin) / semiMajor) ** 2 + ((dy * cos - dx * sin) / semiMinor) ** 2 <= 1 ? 1 : 0;
  });
  return bitmapToRle(bitmap, size);
}
const fit = (radius: number, { x, y }: PixelSize): Size => ({
  width: Math.ceil((2.3 * radius) / x) + 3,
  height: Math.ceil((2.3 * radius) / y) + 2,
});

/** A square of this half side, turned by `angle`, or without one a disc. */
function drawDiscOrSquare(radius: number, angle: number | undefined, pixel: PixelSize): Rle {
  const size = fit(1.3 * radius, pixel);
  const [cos, sin] = [Math.cos(((angle ?? 0) * Math.PI) / 180), Math.sin(((angle ?? 0) * Math.PI) / 180)];
  const bitmap = Uint8Array.from({ length: size.width * size.height }, (_, index) => {
    const dx = ((index % size.width) + 0.5 - CENTER.x * size.width) * pixel.x;
    const dy = (Math.floor(index / size.width) + 0.5 - CENTER.y * size.height) * pixel.y;
    const [u, v] = [Math.abs(dx * cos + dy * sin), Math.abs(dy * cos - dx * sin)];
    return (angle === undefined ? Math.hypot(u, v) : Math.max(u, v)) <= radius ? 1 : 0;
  });
  return bitmapToRle(bitmap, size);
}

const draw = (...rows: string[]): Rle =>
  bitmapToRle(
    Uint8Array.from(rows.join(''), (cell) => (cell === '#' ? 1 : 0)),
    {
      width: rows[0]!.length,
      height: rows.length,
    },
  );

const ANGLES = [-75, -45, -30, 0.5, 20, 45, 60, 89.5];
const PIXELS: readonly PixelSize[] = [SQUARE, { x: 0.2, y: 0.2 }, { x: 1, y: 2 }, { x: 0.3, y: 0.2 }];
const CASES = ANGLES.flatMap((angle) => PIXELS.map((pixel) => ({ angle, pixel })));

describe('measureMask on digitised ellipses', () => {
  it.each(CASES)('finds centre, axes, angle and circumference: %j', ({ angle, pixel }) => {
    const unit = Math.max(pixel.x, pixel.y);
    for (const [semiMajor, semiMinor] of [
      [60 * unit, 45 * unit],
      [100 * unit, 30 * unit],
      [25 * unit, 15 * unit],
    ] as const) {
      const mask = drawEllipse({ semiMajor, semiMinor, angle, pixel });
      const { ellipse, area } = measureMask(mask, pixel);
      expect(Math.abs(ellipse!.semiMajor / semiMajor - 1)).toBeLessThan(0.006);
      expect(Math.abs(ellipse!.semiMinor / semiMinor - 1)).toBeLessThan(0.008);
      expect(Math.abs(ellipse!.angle - angle)).toBeLessThan(0.6);
      expect(ellipse!.center.x).toBeCloseTo(CENTER.x * mask.size.width * pixel.x, 0);
      expect(ellipse!.center.y).toBeCloseTo(CENTER.y * mask.size.height * pixel.y, 0);
      const truth = ellipseCircumference(semiMajor, semiMinor);
      expect(Math.abs(ellipse!.circumference / truth - 1)).toBeLessThan(0.004);
      expect(Math.abs(area / (Math.PI * semiMajor * semiMinor) - 1)).toBeLessThan(0.01);
    }
  });

  it('has no bias of the circumference from 5 pixels on: squares in place of samples would add 0.8 % at 5', () => {
    for (const radius of [5, 10, 40]) {
      const errors = ANGLES.flatMap((angle, row) =>
        ANGLES.map((_, column) => {
          const size = fit(radius * 1.2, SQUARE);
          const center = { x: 0.5 + row / 8 / size.width, y: 0.5 + column / 8 / size.height };
          const given = { semiMajor: radius * 1.2, semiMinor: radius / 1.2, angle, size, center };
          const truth = ellipseCircumference(given.semiMajor, given.semiMinor);
          return measureMask(drawEllipse(given)).ellipse!.circumference / truth - 1;
        }),
      );
      expect(Math.abs(errors.reduce((a, b) => a + b, 0) / errors.length)).toBeLessThan(0.004);
    }
  });

  it.each(CASES)('finds the perimeter within 3.5 %: %j', ({ angle, pixel }) => {
    const unit = Math.max(pixel.x, pixel.y);
    const given = { semiMajor: 60 * unit, semiMinor: 30 * unit, angle, pixel };
    const truth = ellipseCircumference(given.semiMajor, given.semiMinor);
    expect(Math.abs(measureMask(drawEllipse(given), pixel).perimeter / truth - 1)).toBeLessThan(0.035);
  });

  it('finds the perimeter of a disc within half a percent', () => {
    for (const semiMajor of [20, 50, 120]) {
      const { perimeter } = measureMask(drawEllipse({ semiMajor, semiMinor: semiMajor, angle: 0 }));
      expect(Math.abs(perimeter / (2 * Math.PI * semiMajor) - 1)).toBeLessThan(0.005);
    }
  });

  it.each([1, 1.5, 2, 3, 4, 6])(
    'finds the perimeter of turned squares within 3 %%, pixels %d times as long as wide',
    (aspect) => {
      for (const pixel of [
        { x: 1 / Math.sqrt(aspect), y: Math.sqrt(aspect) },
        { x: Math.sqrt(aspect), y: 1 / Math.sqrt(aspect) },
      ]) {
        const [disc, ...squares] = [undefined, 0, 3, 12, 22, 30, 45, 58, 67, 75, 87].map((angle) => {
          const { perimeter } = measureMask(drawDiscOrSquare(40, angle, pixel), pixel);
          return perimeter / (angle === undefined ? 80 * Math.PI : 320) - 1;
        });
        expect(Math.abs(disc!)).toBeLessThan(0.01);
        expect(Math.max(...squares.map(Math.abs))).toBeLessThan(0.03);
      }
    },
  );

  it.each(CASES)('finds the longest diameter within a pixel, along the major axis: %j', ({ angle, pixel }) => {
    const unit = Math.max(pixel.x, pixel.y);
    const given = { semiMajor: 60 * unit, semiMinor: 30 * unit, angle, pixel };
    const { length, from, to } = measureMask(drawEllipse(given), pixel).longestDiameter!;
    expect(length - 120 * unit).toBeLessThan(unit);
    expect(length - 120 * unit).toBeGreaterThan(-0.5 * unit);
    expect(Math.hypot(to.x - from.x, to.y - from.y)).toBeCloseTo(length, 9);
    const slant = (Math.atan2(to.y - from.y, to.x - from.x) * 180) / Math.PI;
    expect(Math.abs(((slant - angle + 270) % 180) - 90)).toBeLessThan(6);
  });
});

describe('measureMask', () => {
  it('measures a rectangle in pixels', () => {
    const { unit, area, boundingBox, longestDiameter, ellipse } = measureMask(
      draw('......', '.####.', '.####.', '......'),
    );
    expect({ unit, area, boundingBox }).toEqual({
      unit: 'px',
      area: 8,
      boundingBox: { x: 1, y: 1, width: 4, height: 2 },
    });
    expect(longestDiameter!.length).toBeCloseTo(Math.hypot(4, 1));
    // Of n samples a pixel apart the variance is (n² - 1) / 12.
    expect(ellipse).toMatchObject({ center: { x: 3, y: 2 }, angle: 0 });
    expect(ellipse!.semiMajor).toBeCloseTo(2 * Math.sqrt(15 / 12));
    expect(ellipse!.semiMinor).toBeCloseTo(2 * Math.sqrt(3 / 12));
  });

  it('turns with the image and keeps to axes: -90 is said as 90', () => {
    expect(measureMask(draw('.#.', '.#.', '.#.')).ellipse!.angle).toBe(90);
    expect(measureMask(draw('#..', '.#.', '..#')).ellipse!.angle).toBeCloseTo(45);
    expect(measureMask(draw('..#', '.#.', '#..')).ellipse!.angle).toBeCloseTo(-45);
  });

  it('gives a stretched pixel the shape it has: two columns of 2 mm are as long as four rows of 1 mm', () => {
    const { boundingBox, area, ellipse, unit } = measureMask(draw('##', '##', '##', '##'), { x: 2, y: 1 });
    expect({ unit, area, boundingBox }).toEqual({
      unit: 'mm',
      area: 16,
      boundingBox: { x: 0, y: 0, width: 4, height: 4 },
    });
    expect(ellipse!.center).toEqual({ x: 2, y: 2 });
    expect(measureMask(draw('####'), { x: 3, y: 0.5 }).longestDiameter!.length).toBe(12);
    expect(measureMask(draw('####', '####'), { x: 0.5, y: 3 }).longestDiameter).toMatchObject({
      length: Math.hypot(1.5, 6),
    });
  });

  it('counts the outline of a hole, and of a part of its own, too', () => {
    const disc = (radius: number) =>
      drawEllipse({ semiMajor: radius, semiMinor: radius, angle: 0, size: { width: 90, height: 80 } });
    const [outer, inner] = [disc(30), disc(15)].map((mask) => measureMask(mask).perimeter);
    const [whole, middle] = [bitmapOf(disc(30)), bitmapOf(disc(15))];
    const ring = whole.map((value, index) => value - middle[index]!);
    expect(measureMask(bitmapToRle(ring, { width: 90, height: 80 })).perimeter).toBeCloseTo(outer! + inner!, 9);
  });

  it('has neither box nor diameter nor ellipse where the mask is empty', () => {
    expect(measureMask(draw('...'), SQUARE)).toEqual({
      unit: 'mm', area: 0, perimeter: 0, boundingBox: null, longestDiameter: null, ellipse: null,
    }); // prettier-ignore
  });

  it('measures one pixel, and a mask that fills its image', () => {
    const one = measureMask(draw('#'));
    expect(one).toMatchObject({ area: 1, longestDiameter: { length: 1 }, ellipse: { semiMajor: 0, circumference: 0 } });
    expect(measureMask(draw('##', '##', '##'))).toMatchObject({ area: 6, boundingBox: { width: 2, height: 3 } });
  });

  it('is in mm what it is in pixels times their size, whatever the mask', () => {
    const masks = fc
      .tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 12 }))
      .chain(([width, height]) =>
        fc
          .uint8Array({ min: 0, max: 1, minLength: width * height, maxLength: width * height })
          .map((bitmap) => bitmapToRle(bitmap, { width, height })),
      );
    fc.assert(
      fc.property(masks, (mask) => {
        const [pixels, mm] = [measureMask(mask), measureMask(mask, { x: 0.25, y: 0.25 })];
        expect(mm.area).toBeCloseTo(pixels.area / 16, 9);
        expect(mm.perimeter).toBeCloseTo(pixels.perimeter / 4, 9);
        expect(mm.ellipse?.circumference ?? 0).toBeCloseTo((pixels.ellipse?.circumference ?? 0) / 4, 9);
        expect(mm.longestDiameter?.length ?? 0).toBeCloseTo((pixels.longestDiameter?.length ?? 0) / 4, 9);
        const { width = 0, height = 0 } = pixels.boundingBox ?? {};
        expect(pixels.longestDiameter?.length ?? 0).toBeGreaterThanOrEqual(Math.max(width, height) - 1e-9);
      }),
    );
  });

  it.each([
    [{ x: 0, y: 1 }, 'got 0 and 1'],
    [{ x: NaN, y: 1 }, 'got NaN and 1'],
    [{ x: 1 }, 'got 1 and nothing'],
    [{ x: '0.2', y: Infinity }, 'got "0.2" and Infinity'],
    [null, 'both finite and above 0; got nothing'],
  ])('refuses the pixel size %j', (pixelSize, message) => {
    expect(() => measureMask(draw('#'), pixelSize as PixelSize)).toThrow(
      expect.objectContaining({ code: 'INVALID_PARAM', message: expect.stringContaining(message) as string }),
    );
  });
});

describe('ellipseCircumference', () => {
  it('meets the complete elliptic integral', () => {
    for (const [a, b] of [
      [1, 1],
      [2, 1],
      [5, 1],
      [3, 0],
    ] as const) {
      const steps = 20_000;
      const truth = Array.from({ length: steps }, (_, step) => {
        const t = ((step + 0.5) * 2 * Math.PI) / steps;
        return (Math.hypot(a * Math.sin(t), b * Math.cos(t)) * 2 * Math.PI) / steps;
      }).reduce((sum, part) => sum + part, 0);
      expect(Math.abs(ellipseCircumference(a, b) / truth - 1)).toBeLessThan(0.0005);
    }
    expect(ellipseCircumference(0, 0)).toBe(0);
  });
});
