const BYTES = 4;

/**
 * The float32 numbers, little endian, of a base64 string; undefined for one that is not base64, or of no whole numbers.
 * Works in a browser as well.
 */
export function readBase64Floats(text: string): Float32Array | undefined {
  const bytes = readBase64(text);
  if (bytes === undefined || bytes.length % BYTES !== 0) return undefined;
  const view = new DataView(bytes.buffer);
  const floats = new Float32Array(bytes.length / BYTES);
  for (let index = 0; index < floats.length; index += 1) floats[index] = view.getFloat32(index * BYTES, true);
  return floats;
}

/** How many numbers a base64 string has that `readBase64Floats` reads; it decodes nothing. */
export function countBase64Floats(text: string): number {
  const digits = text.replaceAll(/[\s=]/g, '').length;
  return Math.floor((digits * 3) / 4) / BYTES;
}

/** The other way, for tools and tests that write model files. */
export function writeBase64Floats(values: Iterable<number>): string {
  const floats = Float32Array.from(values);
  const view = new DataView(new ArrayBuffer(floats.length * BYTES));
  floats.forEach((value, index) => view.setFloat32(index * BYTES, value, true));
  return btoa(Array.from(new Uint8Array(view.buffer), (byte) => String.fromCharCode(byte)).join(''));
}

function readBase64(text: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    const binary = atob(text);
    const bytes = new Uint8Array(binary.length);
    for (let index = 0; index < binary.length; index += 1) bytes[index] = binary.charCodeAt(index);
    return bytes;
  } catch {
    return undefined;
  }
}
