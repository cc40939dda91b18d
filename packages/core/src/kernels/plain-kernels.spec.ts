import { afterEach, describe, expect, it, vi } from 'vitest';
import type { PreprocessSpec } from '../contract/index.js';

const spec: PreprocessSpec = {
  ...{ size: { width: 16, height: 12 }, fit: 'letterbox', interpolation: 'bilinear', antialias: true, channels: 'bgr' },
  ...{ mean: [120, 110, 100], std: [50, 60, 70] },
};
const sizes = { width: 37, height: 23 };
const pixelsOf = (channels: 1 | 3) => ({
  ...sizes,
  channels,
  data: Uint8Array.from({ length: 37 * 23 * channels }, (_, index) => (index * 31) % 251),
});

/** As a process does that has none, or another one: the modules are loaded anew. */
async function withoutWebAssembly(instead?: object) {
  vi.stubGlobal('WebAssembly', instead);
  vi.resetModules();
  return {
    ...(await import('../image/preprocess/preprocess.js')),
    ...(await import('../model/find-not-finite.js')),
  };
}

afterEach(() => {
  vi.unstubAllGlobals();
  vi.resetModules();
});

describe('a process without WebAssembly', () => {
  it.each([
    [1, 'bgr'],
    [3, 'bgr'],
    [3, 'gray'],
  ] as const)('preprocesses %s channels to %s as one with it does', async (channels, order) => {
    const { preprocess } = await import('../image/preprocess/preprocess.js');
    const wanted = order === 'gray' ? { ...spec, channels: order, mean: [120], std: [50] } : spec;
    const compiled = preprocess(pixelsOf(channels), wanted);
    const plain = (await withoutWebAssembly()).preprocess(pixelsOf(channels), wanted);
    expect(plain.shape).toEqual(compiled.shape);
    plain.data.forEach((value, index) => expect(Math.abs(value - compiled.data[index]!)).toBeLessThan(1e-5));
  });

  it('finds what is not finite', async () => {
    const { findNotFinite } = await withoutWebAssembly();
    const values = new Float32Array(10_000).fill(1);
    expect(findNotFinite(values)).toBe(-1);
    values[9_999] = NaN;
    expect(findNotFinite(values)).toBe(9_999);
  });
});

describe('a process that may not have the addresses of a WebAssembly memory', () => {
  const given = WebAssembly;
  const failing = (fault: Error) => ({
    Module: given.Module,
    Instance: class {
      readonly exports = {};
      constructor() {
        throw fault;
      }
    },
  });

  it('preprocesses as one without WebAssembly', async () => {
    const bare = (await withoutWebAssembly()).preprocess(pixelsOf(3), spec);
    const { preprocess } = await withoutWebAssembly(failing(new RangeError('Cannot allocate Wasm memory')));
    expect(preprocess(pixelsOf(3), spec).data).toEqual(bare.data);
  });

  it('does not hide that the compiled kernels are damaged', async () => {
    const { preprocess } = await withoutWebAssembly(failing(new TypeError('no such import')));
    expect(() => preprocess(pixelsOf(3), spec)).toThrow('no such import');
  });
});
