/** What a compressed stream is by its first bytes, which are more to be trusted than the transfer syntax. */
export type StreamKind = 'jpeg' | 'jpeg2000' | 'jpegxl';

const JP2_SIGNATURE = [0, 0, 0, 0x0c, 0x6a, 0x50, 0x20, 0x20];
const JXL_SIGNATURE = [0, 0, 0, 0x0c, 0x4a, 0x58, 0x4c, 0x20];

/** `jpeg` covers JPEG, JPEG lossless and JPEG-LS, which share their markers; `jpeg2000` covers JP2 files and HTJ2K. */
export function findStreamKind(bytes: Uint8Array): StreamKind | undefined {
  if (begins(bytes, [0xff, 0xd8, 0xff])) return 'jpeg';
  if (begins(bytes, [0xff, 0x4f, 0xff, 0x51]) || begins(bytes, JP2_SIGNATURE)) return 'jpeg2000';
  if (begins(bytes, [0xff, 0x0a]) || begins(bytes, JXL_SIGNATURE)) return 'jpegxl';
  return undefined;
}

export function begins(bytes: Uint8Array, signature: readonly number[]): boolean {
  return signature.every((byte, index) => bytes[index] === byte);
}
