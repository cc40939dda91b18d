import { getFloat16, setFloat16 } from '@petamoriken/float16';

/** Of float16; what lies beyond becomes infinite. */
const LARGEST = 65_504;

/** Elements as float16, little-endian; undefined if one of them is too large for it, or no number. */
export function toHalf(values: Float32Array): Uint8Array | undefined {
  const view = new DataView(new ArrayBuffer(2 * values.length));
  for (const [index, value] of values.entries()) {
    if (!(Math.abs(value) <= LARGEST)) return undefined;
    setFloat16(view, 2 * index, value, true);
  }
  return new Uint8Array(view.buffer);
}

/** The float32 elements of what `toHalf` made. */
export function fromHalf(bytes: Uint8Array): Float32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Float32Array.from({ length: bytes.byteLength / 2 }, (_, index) => getFloat16(view, 2 * index, true));
}
