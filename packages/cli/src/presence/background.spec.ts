import { bitmapToRle, decodeImage, decodeRle, type Box } from '@medzoo/core';
import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { cropBackground, findBackground } from './background.js';

const size = { width: 40, height: 20 };
const maskOf = ({ x, y, width, height }: Box, { width: w, height: h } = size) =>
  bitmapToRle(
    Uint8Array.from({ length: w * h }, (_, pixel) => {
      const [px, py] = [pixel % w, Math.floor(pixel / w)];
      return px >= x && px < x + width && py >= y && py < y + height ? 1 : 0;
    }),
    { width: w, height: h },
  );

describe('findBackground', () => {
  it('takes the largest box beside the target', () => {
    expect(findBackground(maskOf({ x: 0, y: 0, width: 15, height: 20 }))).toEqual({
      x: 15,
      y: 0,
      width: 25,
      height: 20,
    });
    expect(findBackground(maskOf({ x: 22, y: 3, width: 18, height: 9 }))).toEqual({
      x: 0,
      y: 0,
      width: 22,
      height: 20,
    });
  });

  it('is the middle of one that is more than twice as long as wide', () => {
    expect(findBackground(maskOf({ x: 0, y: 0, width: 40, height: 10 }))).toEqual({
      x: 10,
      y: 10,
      width: 20,
      height: 10,
    });
  });

  it('is not there where nothing is a fifth of the longer side wide', () => {
    expect(findBackground(maskOf({ x: 0, y: 7, width: 40, height: 6 }))).toBeUndefined();
    expect(findBackground(maskOf({ x: 0, y: 8, width: 40, height: 12 }))).toMatchObject({ height: 8 });
    expect(findBackground(maskOf({ x: 0, y: 0, width: 40, height: 20 }))).toBeUndefined();
  });

  it('never touches the target, and is no smaller than any other that fits', () => {
    const rows = fc.uint8Array({ min: 0, max: 5, minLength: 9 * 11, maxLength: 9 * 11 });
    fc.assert(
      fc.property(rows, (values) => {
        const mask = bitmapToRle(
          values.map((value) => (value === 0 ? 1 : 0)),
          { width: 9, height: 11 },
        );
        const bitmap = decodeRle(mask);
        const isClear = ({ x, y, width, height }: Box): boolean =>
          Array.from({ length: width * height }, (_, i) => (y + Math.floor(i / width)) * 9 + x + (i % width)).every(
            (at) => bitmap[at] === 0,
          );
        let largest = 0;
        for (let x = 0; x < 9; x += 1)
          for (let y = 0; y < 11; y += 1)
            for (let width = 3; x + width <= 9; width += 1)
              for (let height = 3; y + height <= 11; height += 1)
                if (Math.max(width, height) <= 2 * Math.min(width, height) && isClear({ x, y, width, height }))
                  largest = Math.max(largest, width * height);
        const found = findBackground(mask);
        expect((found?.width ?? 0) * (found?.height ?? 0)).toBe(largest);
        expect(found === undefined || isClear(found)).toBe(true);
      }),
    );
  });
});

describe('cropBackground', () => {
  it('cuts those very pixels out', async () => {
    const image = await sharp(
      Uint8Array.from({ length: 800 }, (_, pixel) => (pixel % 40) * 6),
      { raw: { ...size, channels: 1 } },
    )
      .toColourspace('b-w')
      .png()
      .toBuffer();
    const crop = await cropBackground(await decodeImage(image), maskOf({ x: 0, y: 0, width: 15, height: 20 }));
    const { data, ...rest } = await decodeImage(crop!);
    expect(rest).toMatchObject({ width: 25, height: 20, channels: 1 });
    expect([data[0], data.at(-1)]).toEqual([90, 234]);
  });

  it('leaves out what is flat', async () => {
    const image = await sharp(new Uint8Array(800).fill(3), { raw: { ...size, channels: 1 } })
      .png()
      .toBuffer();
    expect(
      await cropBackground(await decodeImage(image), maskOf({ x: 0, y: 0, width: 15, height: 20 })),
    ).toBeUndefined();
  });
});
