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

it('changes contrast about the mean, then brightness, and cuts to 0..255', () => {
  const grey: Plane = { width: 2, height: 1, channels: 1, data: Uint8Array.of(100, 200) };
  expect(augment(grey, { ...same, contrast: 0.5 }).data).toEqual(Uint8Array.of(125, 175));
  expect(augment(grey, { ...same, contrast: 0.5, brightness: 2 }).data).toEqual(Uint8Array.of(250, 255));
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
