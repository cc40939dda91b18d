import { describe, expect, it } from 'vitest';
import { drawHardPhantom, HARD_PHANTOM_NAMES } from './hard-phantoms.js';

/** Nothing is to be found on it, or nothing of which one could say where it is. */
const WITHOUT_TRUTH = ['brain-without-tumour'];

describe.each(HARD_PHANTOM_NAMES)('%s', { timeout: 120_000 }, (name) => {
  it('is not square, lit from dark to bright, and knows where its target is', () => {
    const { size, channels, pixels, masks } = drawHardPhantom(name);
    expect(size.width).not.toBe(size.height);
    expect(pixels).toHaveLength(size.width * size.height * channels);
    const darkest = pixels.reduce((a, b) => Math.min(a, b));
    const brightest = pixels.reduce((a, b) => Math.max(a, b));
    expect([darkest < 0.3, brightest > 0.4]).toEqual([true, true]);
    const shares = Object.values(masks).map((mask) => mask.reduce((sum, value) => sum + value, 0) / mask.length);
    expect(shares).toHaveLength(WITHOUT_TRUTH.includes(name) ? 0 : 1);
    for (const share of shares) expect([share > 0.001, share < 0.6]).toEqual([true, true]);
  });
});

it('is drawn alike each time', { timeout: 120_000 }, () => {
  expect(drawHardPhantom('embryo').pixels).toEqual(drawHardPhantom('embryo').pixels);
});
it('each is drawn alike each time', () => {
  expect(drawHardPhantom('solid-glioma').pixels).toEqual(drawHardPhantom('solid-glioma').pixels);
});
