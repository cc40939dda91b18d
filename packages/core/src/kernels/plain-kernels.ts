import type { Kernels } from './with-kernels.js';

/**
 * The kernels in JavaScript, for a process without WebAssembly, such as one that `node --jitless` started, or without
 * addresses for its memory: several times slower, and the same to 1e-6. kernels/*.ts say what each does; memory is read
 * as the compiled ones read it.
 */
export function createPlainKernels(): Kernels {
  let buffer = new ArrayBuffer(0);
  const memory = {
    get buffer() {
      return buffer;
    },
    grow(pages: number): number {
      const before = buffer;
      buffer = new ArrayBuffer(before.byteLength + pages * PAGE_BYTES);
      new Uint8Array(buffer).set(new Uint8Array(before));
      return before.byteLength / PAGE_BYTES;
    },
  };
  const floats = (at: number, count: number): Float32Array => new Float32Array(buffer, at, count);

  return {
    memory,
    mixRows(rows, stride, weights, taps, mixed, samples) {
      const weighs = floats(weights, taps);
      const sums = floats(mixed, samples).fill(0);
      for (let tap = 0; tap < taps; tap += 1) {
        const bytes = new Uint8Array(buffer, rows + tap * stride, samples);
        const weight = weighs[tap]!;
        for (let sample = 0; sample < samples; sample += 1) sums[sample]! += weight * bytes[sample]!;
      }
    },
    mixColumns(row, channels, starts, weights, taps, colour, planes, planeCount, planeBytes, columns) {
      const firsts = new Int32Array(buffer, starts, columns);
      const weighs = floats(weights, columns * taps);
      const mixes = floats(colour, 16);
      const targets = Array.from({ length: planeCount }, (_, plane) => floats(planes + plane * planeBytes, columns));
      const samples = new Float32Array(buffer, row);
      for (let column = 0; column < columns; column += 1) {
        let [red, green, blue] = [0, 0, 0];
        for (let tap = 0; tap < taps; tap += 1) {
          const weight = weighs[column * taps + tap]!;
          const at = (firsts[column]! + tap) * channels;
          red += weight * samples[at]!;
          if (channels === 1) continue;
          green += weight * samples[at + 1]!;
          blue += weight * samples[at + 2]!;
        }
        if (channels === 1) [green, blue] = [red, red];
        targets.forEach((target, plane) => {
          target[column] =
            red * mixes[plane]! + green * mixes[4 + plane]! + blue * mixes[8 + plane]! + mixes[12 + plane]!;
        });
      }
    },
    areFinite: (values, count) => (floats(values, count).every(Number.isFinite) ? 1 : 0),
  };
}

const PAGE_BYTES = 64 * 1024;
