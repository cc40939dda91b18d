/**
 * The same bytes as express takes them. `Buffer.from(bytes)` would copy: a kept preview of 50 MB as often as it is
 * asked for, as long as clients take to read it.
 */
export function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}
