import type { Box, ImageFacts, Size } from '@medzoo/core';
import type { DecodePurpose, ImageDecoder } from '@medzoo/core/contract';

const MAGIC = 'RAW!';
const HEADER_BYTES = MAGIC.length + 2;

/** A grey image of up to 255 pixels a side in a format that only `createRawDecoder` reads: `inside` within the box. */
export function writeRaw({ width, height }: Size, outside: number, box?: Box, inside = outside): Uint8Array {
  const isInside = (x: number, y: number): boolean =>
    box !== undefined && x >= box.x && x < box.x + box.width && y >= box.y && y < box.y + box.height;
  const pixels = Array.from({ length: width * height }, (_, pixel) =>
    isInside(pixel % width, Math.floor(pixel / width)) ? inside : outside,
  );
  return Uint8Array.from([...Buffer.from(MAGIC), width, height, ...pixels]);
}

/** Reads those images, and keeps for whom. */
export function createRawDecoder(): ImageDecoder & { readonly purposes: readonly DecodePurpose[] } {
  const purposes: DecodePurpose[] = [];
  return {
    purposes,
    sniff: (start) => (Buffer.from(start.subarray(0, MAGIC.length)).toString() === MAGIC ? 'raw' : undefined),
    async open(file, format) {
      const [width, height] = await file.read(MAGIC.length, 2).then((bytes) => [bytes[0]!, bytes[1]!] as const);
      const facts: ImageFacts = {
        ...{ kind: 'image', modality: null, bodyPart: null, transferSyntax: null, sopClass: null },
        ...{ photometric: 'MONOCHROME2', samples: 1, bitsStored: 8, signed: false, spacing: null, windows: [] },
        ...{ flags: { burnedIn: 'unknown', lossy: false, overlays: 0, padding: null }, geometry: null },
      };
      const view = { frame: 0, frames: 1, window: null, spacing: null, modality: null };
      return {
        description: { format, width, height, frame: 0, frames: 1, facts },
        pixels: width * height,
        decodeBytes: width * height,
        decode(bytes, { purpose }) {
          purposes.push(purpose);
          return Promise.resolve({ width, height, channels: 1, data: bytes.slice(HEADER_BYTES), format, view });
        },
        readStored: () => Promise.reject(new Error('Not in these tests.')),
      };
    },
  };
}
