import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Size } from '../../contract/index.js';
import { encodeRle } from './encode-mask.js';
import { fitImage, type Geometry } from '../preprocess/geometry.js';
import { bitmapToRle, decodeRle } from './rle.js';

function logit(value: number): number {
  const clamped = Math.min(Math.max(value, 1e-7), 1 - 1e-7);
  return Math.log(clamped / (1 - clamped));
}

/** The definition, pixel by pixel: bilinear in logits, half-pixel centres, edges held. */
function sampleMask(
  logits: Float32Array | Float64Array,
  size: Size,
  threshold: number,
  { image, model, content }: Geometry,
): Uint8Array {
  const along = (index: number, length: number, extent: number, samples: number) => {
    const at = Math.min(Math.max(((index + 0.5) * extent) / length - 0.5, 0), samples - 1);
    return { before: Math.floor(at), after: Math.min(Math.floor(at) + 1, samples - 1), share: at - Math.floor(at) };
  };
  return Uint8Array.from({ length: image.width * image.height }, (_, index) => {
    const [px, py] = [index % image.width, Math.floor(index / image.width)];
    const x = along(px, image.width, (content.width * size.width) / model.width, size.width);
    const y = along(py, image.height, (content.height * size.height) / model.height, size.height);
    const level = (row: number, column: number) => logits[row * size.width + column]! - logit(threshold);
    const inRow = (row: number) => level(row, x.before) * (1 - x.share) + level(row, x.after) * x.share;
    return Number(inRow(y.before) * (1 - y.share) + inRow(y.after) * y.share >= 0);
  });
}

const side = (max: number) => fc.integer({ min: 1, max });
const sizes = (max: number) => fc.record({ width: side(max), height: side(max) });
const anyCase = fc
  .record({
    size: sizes(7),
    image: sizes(40),
    model: sizes(30),
    fit: fc.constantFrom('stretch' as const, 'letterbox' as const),
  })
  .chain(({ size, image, model, fit }) => {
    const length = { minLength: size.width * size.height, maxLength: size.width * size.height };
    const probability = fc.oneof(fc.constantFrom(0, 0.5, 1), fc.float({ min: 0, max: 1, noNaN: true }));
    return fc.record({
      size: fc.constant(size),
      geometry: fc.constant(fitImage(image, { size: model, fit })),
      probabilities: fc.array(probability, length).map((values) => Float32Array.from(values)),
      threshold: fc.oneof(fc.constant(0.5), fc.double({ min: 0, max: 1, noNaN: true })),
    });
  });

describe('encodeRle', () => {
  it('equals sampling every pixel', () => {
    fc.assert(
      fc.property(anyCase, ({ size, geometry, probabilities, threshold }) => {
        const levels = Float64Array.from(probabilities, logit);
        const expected = bitmapToRle(sampleMask(levels, size, threshold, geometry), geometry.image);
        expect(encodeRle({ size, probabilities, threshold }, geometry)).toEqual(expected);
      }),
      { numRuns: 2000 },
    );
  });

  it('equals sampling every pixel of logits, which count as far as a probability goes', () => {
    fc.assert(
      fc.property(anyCase, ({ size, geometry, probabilities, threshold }) => {
        const logits = probabilities.map((value) => (value - 0.5) * 50);
        const clamped = Float64Array.from(logits, (value) => Math.min(Math.max(value, logit(0)), logit(1)));
        const expected = bitmapToRle(sampleMask(clamped, size, threshold, geometry), geometry.image);
        expect(encodeRle({ size, logits, threshold }, geometry)).toEqual(expected);
      }),
      { numRuns: 500 },
    );
  });

  it('puts the edge half way in logits, not in probabilities', () => {
    const size = { width: 2, height: 1 };
    const geometry = fitImage({ width: 100, height: 1 }, { size, fit: 'stretch' });
    const area = (probabilities: Float32Array, threshold: number) =>
      decodeRle(encodeRle({ size, probabilities, threshold }, geometry)).reduce((a, b) => a + b, 0);
    expect(area(Float32Array.of(0.999, 0.001), 0.5)).toBe(50);
    expect(area(Float32Array.of(0.999, 0.1), 0.5)).toBeGreaterThan(60);
  });

  it('leaves out the padding of a letterbox', () => {
    const size = { width: 4, height: 4 };
    const geometry = fitImage({ width: 40, height: 20 }, { size: { width: 64, height: 64 }, fit: 'letterbox' });
    const probabilities = Float32Array.from({ length: 16 }, (_, index) => (index < 8 ? 0.9 : 0.1));
    const mask = decodeRle(encodeRle({ size, probabilities, threshold: 0.5 }, geometry));
    expect(mask.subarray(0, 40 * 19).every((value) => value === 1)).toBe(true);
  });

  it('refuses a plane of another size', () => {
    const size = { width: 3, height: 2 };
    const plane = { size, probabilities: new Float32Array(5), threshold: 0.5 };
    expect(() => encodeRle(plane, fitImage(size, { size, fit: 'stretch' }))).toThrow(
      '3 x 2 mask holds 6 probabilities; got 5',
    );
    const logits = { size, logits: new Float32Array(7), threshold: 0.5 };
    expect(() => encodeRle(logits, fitImage(size, { size, fit: 'stretch' }))).toThrow('holds 6 logits; got 7');
  });
});
