import sharp, { type Sharp } from 'sharp';
import type { Box, Size } from '@medzoo/core';

/**
 * A grey image: `inside` within the box, `outside` elsewhere. The fake heads find it exactly in an image of 32 x 16 if
 * x and width are even.
 */
export function paintImage({ width, height }: Size, box: Box, inside: number, outside: number): Sharp {
  const pixels = Uint8Array.from({ length: width * height }, (_, pixel) => {
    const [x, y] = [pixel % width, Math.floor(pixel / width)];
    const isInside = x >= box.x && x < box.x + box.width && y >= box.y && y < box.y + box.height;
    return isInside ? inside : outside;
  });
  return sharp(pixels, { raw: { width, height, channels: 1 } }).toColourspace('b-w');
}
