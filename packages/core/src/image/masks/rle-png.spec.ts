import { expect, it } from 'vitest';
import { decodeImage } from '../decoding/decode-image.js';
import { rleToPng } from './rle-png.js';
import { bitmapToRle } from './rle.js';

it('rleToPng is a grey image of the mask', async () => {
  const size = { width: 48, height: 32 };
  const isMask = (x: number, y: number) => x >= 4 && x < 28 && y >= 8 && y < 24;
  const bitmap = Uint8Array.from({ length: 48 * 32 }, (_, index) => Number(isMask(index % 48, Math.floor(index / 48))));
  const png = await decodeImage(await rleToPng(bitmapToRle(bitmap, size)));
  expect(png).toMatchObject({ ...size, channels: 1 });
  expect(png.data[10 * 48 + 10]).toBe(255);
  expect(png.data.reduce((a, b) => a + b, 0)).toBe(24 * 16 * 255);
});
