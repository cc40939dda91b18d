import { describe, expect, it } from 'vitest';
import type { PreprocessSpec } from '../../contract/index.js';
import { preprocess } from './preprocess.js';

const PLAIN: PreprocessSpec = {
  size: { width: 5, height: 4 },
  fit: 'stretch',
  interpolation: 'bilinear',
  channels: 'gray',
  mean: [0],
  std: [1],
};

/** Values that jump about, so that a pixel read from a wrong place shows. */
function grey(width: number, height: number) {
  const data = Uint8Array.from({ length: width * height }, (_, index) => (index * 37) % 256);
  return { width, height, channels: 1 as const, data };
}

function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>, digits = 3): void {
  expect(actual).toHaveLength(expected.length);
  Array.from(actual).forEach((value, index) => expect(value, `number ${index}`).toBeCloseTo(expected[index]!, digits));
}

/** The antialiasing triangle by its definition, one axis: weights 1 - |distance| / support, summing to 1. */
function shrinkLine(line: readonly number[], to: number): number[] {
  const scale = line.length / to;
  return Array.from({ length: to }, (_, index) => {
    const weights = line.map((_value, at) =>
      Math.max(0, 1 - Math.abs(at + 0.5 - (index + 0.5) * scale) / Math.max(1, scale)),
    );
    const sum = weights.reduce((a, b) => a + b);
    return weights.reduce((total, weight, at) => total + weight * line[at]!, 0) / sum;
  });
}

describe('preprocess', () => {
  it('antialiases as Pillow does in floating point', () => {
    // Image.fromarray(pixels as float32).resize((5, 4), Image.BILINEAR) of Pillow 13.0
    const expected = [
      [82.5352, 100.32029, 157.02609, 77.7558, 122.8476],
      [166.20979, 96.5381, 132.4662, 153.5063, 88.3756],
      [135.51379, 174.3725, 99.0348, 156.98151, 147.3837],
      [73.1524, 158.1403, 115.4604, 97.2312, 166.85899],
    ];
    expectClose(preprocess(grey(13, 9), { ...PLAIN, antialias: true }).data, expected.flat());
  });

  it.each([
    ['a few rows into one', 3, 11, 2],
    ['more rows than are summed at a time', 2, 187, 4],
    ['fewer rows than come out', 3, 3, 7],
    ['as many rows as come out', 6, 4, 4],
  ])('antialiases by the definition of its kernel: %s', (_, width, height, to) => {
    const image = grey(width, height);
    const columns = Array.from({ length: width }, (_unused, x) =>
      shrinkLine(
        Array.from({ length: height }, (_y, y) => image.data[y * width + x]!),
        to,
      ),
    );
    const expected = Array.from(
      { length: to * width },
      (_unused, index) => columns[index % width]![Math.floor(index / width)]!,
    );
    const tensor = preprocess(image, { ...PLAIN, antialias: true, size: { width, height: to } });
    expectClose(tensor.data, expected);
  });

  it('takes an image in bands that is larger than the memory for its rows, colours and all', () => {
    const [width, height, to] = [64, 9000, 40]; // 1.7 MB
    const data = Uint8Array.from({ length: width * height * 3 }, (_, index) => (index * 37 + (index >> 9)) % 256);
    const size = { width: 1, height: to };
    const spec = { ...PLAIN, antialias: true, size, mean: [1, 2, 3], std: [4, 5, 6] };
    const tensor = preprocess({ width, height, channels: 3, data }, { ...spec, channels: 'bgr' });
    const expected = [2, 1, 0].flatMap((source, channel) => {
      const rowMeans = Array.from({ length: height }, (_row, y) => {
        const row = Array.from({ length: width }, (_column, x) => data[(y * width + x) * 3 + source]!);
        return shrinkLine(row, 1)[0]!;
      });
      return shrinkLine(rowMeans, to).map((value) => (value - spec.mean[channel]!) / spec.std[channel]!);
    });
    expectClose(tensor.data, expected);
  });

  it('takes a line of ten million pixels, and other images after it', () => {
    const width = 10_000_000;
    const line = { width, height: 1, channels: 1 as const, data: new Uint8Array(width).fill(9) };
    const shrunk = preprocess(line, { ...PLAIN, antialias: true, size: { width: 4, height: 2 } });
    expectClose(shrunk.data, Array<number>(8).fill(9), 1); // the sum of five million float32
    const size = { width: 13, height: 9 };
    expectClose(preprocess(grey(13, 9), { ...PLAIN, size }).data, grey(13, 9).data);
  });

  it('does not widen the kernel unless told to', () => {
    const image = { width: 8, height: 1, channels: 1 as const, data: Uint8Array.of(0, 1, 2, 3, 4, 5, 6, 7) };
    expectClose(preprocess(image, { ...PLAIN, size: { width: 2, height: 1 } }).data, [1.5, 5.5]);
    expectClose(
      preprocess(image, { ...PLAIN, size: { width: 16, height: 1 } }).data.subarray(0, 4),
      [0, 0.25, 0.75, 1.25],
    );
  });

  it('reads floor(index * in / out) when nearest, as SAM-Med2D was trained', () => {
    const image = { width: 7, height: 1, channels: 1 as const, data: Uint8Array.of(0, 1, 2, 3, 4, 5, 6) };
    expectClose(
      preprocess(image, { ...PLAIN, interpolation: 'nearest', size: { width: 5, height: 1 } }).data,
      [0, 1, 2, 4, 5],
    );
  });

  it('normalises each channel on 0..255 and puts channels before rows', () => {
    const image = { width: 2, height: 1, channels: 3 as const, data: Uint8Array.of(10, 20, 30, 40, 50, 60) };
    const spec = { ...PLAIN, size: { width: 2, height: 1 }, mean: [10, 20, 30], std: [1, 2, 10] };
    const rgb = preprocess(image, { ...spec, channels: 'rgb' });
    expect(rgb.shape).toEqual([1, 3, 1, 2]);
    expectClose(rgb.data, [0, 30, 0, 15, 0, 3]);
    expectClose(preprocess(image, { ...spec, channels: 'bgr' }).data, [20, 50, 0, 15, -2, 1]);
    expectClose(preprocess(image, { ...spec, channels: 'gray', mean: [0], std: [2] }).data, [18.15 / 2, 48.15 / 2]);
  });

  it('gives grey to all channels of a colour model', () => {
    const spec: PreprocessSpec = {
      ...PLAIN,
      channels: 'rgb',
      size: { width: 2, height: 1 },
      mean: [0, 1, 2],
      std: [1, 1, 1],
    };
    expectClose(
      preprocess({ width: 2, height: 1, channels: 1, data: Uint8Array.of(5, 9) }, spec).data,
      [5, 9, 4, 8, 3, 7],
    );
  });

  it('letterboxes to the top left, with zeros after normalisation elsewhere', () => {
    const image = { width: 4, height: 2, channels: 1 as const, data: new Uint8Array(8).fill(7) };
    const tensor = preprocess(image, { ...PLAIN, fit: 'letterbox', size: { width: 4, height: 4 }, mean: [5] });
    expectClose(tensor.data, [2, 2, 2, 2, 2, 2, 2, 2, 0, 0, 0, 0, 0, 0, 0, 0]);
  });
});
