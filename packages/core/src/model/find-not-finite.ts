import { createLayout } from '../kernels/layout.js';
import { withKernels } from '../kernels/with-kernels.js';

/** Floats that are looked at together: few enough to be in the processor's nearest cache when they are. */
const CHUNK = 4096;

const layout = createLayout();
const ADDRESS = layout.place(4 * CHUNK);

/**
 * Index of the first NaN or infinity; -1 if there is none, which is found out first: every value of every output of a
 * run is looked at.
 */
export function findNotFinite(values: Float32Array): number {
  const areFinite = values.length < CHUNK ? values.every(Number.isFinite) : areAllFinite(values);
  return areFinite ? -1 : values.findIndex((value) => !Number.isFinite(value));
}

function areAllFinite(values: Float32Array): boolean {
  return withKernels(layout.bytes, ({ memory, areFinite }) => {
    const chunk = new Float32Array(memory.buffer, ADDRESS, CHUNK);
    for (let start = 0; start < values.length; start += CHUNK) {
      const part = values.subarray(start, start + CHUNK);
      chunk.set(part);
      chunk.fill(0, part.length, part.length + 3); // the kernel reads whole vectors
      if (areFinite(ADDRESS, part.length) === 0) return false;
    }
    return true;
  });
}
