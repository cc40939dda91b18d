import { expect, it } from 'vitest';
import { augment, drawAugmentation, moveCells, type Plane } from './augmentation.js';

const plane: Plane = { width: 3, height: 2, channels: 1, data: Uint8Array.of(1, 2, 3, 4, 5, 6) };
const same = { flip: false, rotate: 0, brightness: 1, contrast: 1 } as const;

it('mirrors left to right, then turns clockwise', () => {
  expect(moveCells(plane, { flip: true, rotate: 0 }).data).toEqual(Uint8Array.of(3, 2, 1, 6, 5, 4));
  expect(moveCells(plane, { flip: false, rotate: 90 })).toEqual({
    ...plane,
    width: 2,
    height: 3,
    data: Uint8Array.of(4, 1, 5, 2, 6, 3),
  });
  expect(moveCells(plane, { flip: false, rotate: 180 }).data).toEqual(Uint8Array.of(6, 5, 4, 3, 2, 1));
  expect(moveCells(plane, { flip: false, rotate: 270 }).data).toEqual(Uint8Array.of(3, 6, 2, 5, 1, 4));
  expect(moveCells(plane, { flip: true, rotate: 90 }).data).toEqual(Uint8Array.of(6, 3, 5, 2, 4, 1));
});

it('moves colours together', () => {
  const colours: Plane = { width: 2, height: 1, channels: 3, data: Uint8Array.of(1, 2, 3, 4, 5, 6) };
  expect(moveCells(colours, { flip: true, rotate: 0 }).data).toEqual(Uint8Array.of(4, 5, 6, 1, 2, 3));
});

it('changes contrast about the mean, then brightness, and cuts to 0..255', async () => {
  const grey: Plane = { width: 2, height: 1, channels: 1, data: Uint8Array.of(100, 200) };
  expect((await augment(grey, { ...same, contrast: 0.5 })).data).toEqual(Uint8Array.of(125, 175));
  expect((await augment(grey, { ...same, contrast: 0.5, brightness: 2 })).data).toEqual(Uint8Array.of(250, 255));
});

it('draws the same for one seed, image and copy, and only what it may change', () => {
  const draw = (copy: number, changes = ['flip', 'rotate', 'brightness', 'contrast'] as const) =>
    drawAugmentation({ seed: 1, file: 'a.png', copy }, changes);
  expect(draw(1)).toEqual(draw(1));
  const drawn = Array.from({ length: 200 }, (_, copy) => draw(copy));
  expect(new Set(drawn.map(({ rotate }) => rotate))).toEqual(new Set([0, 90, 180, 270]));
  expect(drawn.filter(({ flip }) => flip).length).toBeGreaterThan(60);
  expect(
    drawn.every(
      ({ brightness, contrast }) => Math.min(brightness, contrast) > 0.8 && Math.max(brightness, contrast) < 1.25,
    ),
  ).toBe(true);
  expect(drawAugmentation({ seed: 1, file: 'a.png', copy: 1 }, [])).toEqual(same);
});

it('adds noise of the asked deviation, the same each time, and of odd numbers of values too', async () => {
  const grey: Plane = { width: 301, height: 201, channels: 1, data: new Uint8Array(301 * 201).fill(128) };
  const noisy = await augment(grey, { ...same, noise: 8 });
  expect(noisy.data).toEqual((await augment(grey, { ...same, noise: 8 })).data);
  const off = Array.from(noisy.data, (value) => value - 128);
  const mean = off.reduce((sum, value) => sum + value, 0) / off.length;
  const deviation = Math.sqrt(off.reduce((sum, value) => sum + (value - mean) ** 2, 0) / off.length);
  expect(Math.abs(mean)).toBeLessThan(0.2);
  expect(deviation).toBeGreaterThan(7.7);
  expect(deviation).toBeLessThan(8.3);
});

it.each([1, 3] as const)('passes an image of %i channels through a JPEG', async (channels) => {
  const [width, height] = [37, 22];
  const data = Uint8Array.from({ length: width * height * channels }, (_, index) => (index * 53) % 256);
  const copy = await augment({ width, height, channels, data }, { ...same, jpeg: 30 });
  expect(copy).toMatchObject({ width, height, channels });
  expect(copy.data).toHaveLength(data.length);
  expect(copy.data).not.toEqual(data);
});

it('draws noise and JPEG for half of the copies each, and leaves what else is drawn as it is', () => {
  const draw = (copy: number, more: readonly ('noise' | 'jpeg')[]) =>
    drawAugmentation({ seed: 1, file: 'a.png', copy }, ['flip', ...more]);
  const drawn = Array.from({ length: 200 }, (_, copy) => draw(copy, ['noise', 'jpeg']));
  const [noises, jpegs] = [drawn.flatMap(({ noise }) => noise ?? []), drawn.flatMap(({ jpeg }) => jpeg ?? [])];
  for (const some of [noises, jpegs]) expect(Math.abs(some.length - 100)).toBeLessThan(30);
  expect([Math.min(...noises) >= 3, Math.max(...noises) <= 12]).toEqual([true, true]);
  expect([Math.min(...jpegs) >= 20, Math.max(...jpegs) <= 90]).toEqual([true, true]);
  for (const [copy, { flip }] of drawn.entries()) expect(draw(copy, [])).toEqual({ ...same, flip });
});
