import { bitmapToRle } from '@medzoo/core';
import sharp from 'sharp';
import { expect, it } from 'vitest';
import { drawPair } from './draw-pair.js';

const SIZE = { width: 96, height: 48 };
const PANEL = { width: 288, height: 144 };

/** Columns `from` to `to` of the image, top to bottom. */
function stripe(from: number, to: number) {
  const bitmap = Uint8Array.from({ length: SIZE.width * SIZE.height }, (_, pixel) =>
    pixel % SIZE.width >= from && pixel % SIZE.width < to ? 1 : 0,
  );
  return bitmapToRle(bitmap, SIZE);
}

async function readPair(picture: Uint8Array) {
  const { data, info } = await sharp(picture).raw().toBuffer({ resolveWithObject: true });
  const at = (x: number, y: number) => [...data.subarray((y * info.width + x) * 3, (y * info.width + x) * 3 + 3)];
  return { info, at };
}

const grey = await sharp({ create: { ...SIZE, channels: 3, background: '#404040' } })
  .png()
  .toBuffer();

it('shows the image twice, the truth in orange on the left and the answer in blue on the right', async () => {
  const { info, at } = await readPair(await drawPair(grey, SIZE, { mask: stripe(20, 40) }, { mask: stripe(60, 80) }));
  expect([info.format, info.width > 2 * PANEL.width, info.height]).toEqual(['raw', true, PANEL.height]);
  const right = info.width - PANEL.width;
  const [truth, answer] = [at(60, 72), at(right + 180, 72)];
  expect(truth[0]).toBeGreaterThan(truth[2]! + 60);
  expect(answer[2]).toBeGreaterThan(answer[0]! + 40);
  for (const [x, y] of [
    [180, 72],
    [right + 60, 72],
  ] as const)
    expect(Math.max(...at(x, y)) - Math.min(...at(x, y))).toBeLessThan(12);
});

it('warms the right view where the map is high, and not where it is low', async () => {
  const heatMap = { size: { width: 2, height: 1 }, values: Float32Array.of(0.9, 1) };
  const { info, at } = await readPair(await drawPair(grey, SIZE, {}, { heatMap }));
  const right = info.width - PANEL.width;
  const [cold, warm] = [at(right + 10, 72), at(right + 280, 72)];
  expect(warm[0]! - cold[0]!).toBeGreaterThan(60);
  expect(Math.abs(cold[0]! - cold[2]!)).toBeLessThan(12);
});

it('draws the prompt into both views', async () => {
  const params = { points: [{ x: 48, y: 24, positive: true }] };
  const { info, at } = await readPair(await drawPair(grey, SIZE, { params }, { params }));
  for (const left of [0, info.width - PANEL.width]) {
    const [red, , blue] = at(left + 144, 72);
    expect(red! - blue!).toBeGreaterThan(60);
  }
});
