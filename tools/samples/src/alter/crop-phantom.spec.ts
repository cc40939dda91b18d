import { expect, it } from 'vitest';
import { cropPhantom } from './crop-phantom.js';
import type { Phantom } from '../phantom.js';

const phantom: Phantom = {
  size: { width: 3, height: 2 },
  channels: 3,
  pixels: Float32Array.from({ length: 18 }, (_, index) => index),
  masks: { spot: Uint8Array.of(0, 1, 0, 0, 0, 1) },
};

it('crops pixels and truth alike', () => {
  expect(cropPhantom(phantom, { left: 1, top: 1, width: 2, height: 1 })).toEqual({
    size: { width: 2, height: 1 },
    channels: 3,
    pixels: Float32Array.of(12, 13, 14, 15, 16, 17),
    masks: { spot: Uint8Array.of(0, 1) },
  });
});

it('refuses a crop that is not wholly within', () => {
  expect(() => cropPhantom(phantom, { left: 2, top: 0, width: 2, height: 1 })).toThrow("phantom's 3 x 2 pixels");
});
