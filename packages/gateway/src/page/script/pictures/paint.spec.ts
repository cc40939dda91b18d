import { describe, expect, it } from 'vitest';
import { paintHeat, paintMask, type Pixels } from './paint.js';

/** An opaque grey picture out of rows of values. */
function greyPixels(...rows: readonly (readonly number[])[]): Pixels {
  const values = rows.flat();
  const data = Uint8ClampedArray.from(values.flatMap((value) => [value, value, value, 255]));
  return { width: rows[0]!.length, height: rows.length, data };
}

const rowsOf = ({ width, data }: Pixels, channel: number): number[][] => {
  const values = [...data].filter((_, index) => index % 4 === channel);
  return Array.from({ length: values.length / width }, (_, row) => values.slice(row * width, (row + 1) * width));
};

describe('a mask', () => {
  it('is filled, outlined inside and rimmed outside, and has no outline along the border of the image', () => {
    const pixels = greyPixels(
      [0, 0, 0, 0, 0, 0, 0],
      [0, 0, 0, 0, 0, 0, 0],
      [0, 0, 255, 255, 255, 255, 200],
      [0, 0, 255, 255, 255, 255, 255],
      [0, 0, 255, 255, 255, 255, 127],
    );
    paintMask(pixels, '#10a0f0', 1);
    const [none, rim, line, fill] = [0, 140, 255, 77];
    expect(rowsOf(pixels, 3)).toEqual([
      [none, none, none, none, none, none, none],
      [none, none, rim, rim, rim, rim, rim],
      [none, rim, line, line, line, line, line],
      [none, rim, line, fill, fill, fill, line],
      [none, rim, line, fill, fill, line, rim],
    ]);
    expect([...pixels.data.subarray(17 * 4, 17 * 4 + 3)]).toEqual([0x10, 0xa0, 0xf0]);
    expect([...pixels.data.subarray(9 * 4, 9 * 4 + 3)]).toEqual([0, 0, 0]);
  });

  it('has an outline as wide as asked for', () => {
    const pixels = greyPixels([0, 255, 255, 255, 255]);
    paintMask(pixels, '#ffffff', 2);
    expect(rowsOf(pixels, 3)).toEqual([[140, 255, 255, 77, 77]]);
  });
});

describe('a heat map', () => {
  it('is clear where it is cold and brightest at its own peak', () => {
    const pixels = greyPixels([0, 50, 100]);
    paintHeat(pixels);
    expect([...pixels.data]).toEqual([0, 0, 4, 0, 188, 55, 84, 85, 252, 255, 164, 170]);
  });

  it('of nothing is clear', () => {
    const pixels = greyPixels([0, 0]);
    paintHeat(pixels);
    expect(rowsOf(pixels, 3)).toEqual([[0, 0]]);
  });
});
