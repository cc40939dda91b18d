import { damaged } from '../decoding/decode-faults.js';
import { viewOf } from '../decoding/image-file.js';
import type { UncompressedPicture, Samples } from './uncompressed-picture.js';

/** Where a bitmap's rows lie. */
export interface BmpLayout {
  readonly width: number;
  readonly height: number;
  readonly from: number;
  /** With the bytes that fill a row up to a multiple of four. */
  readonly rowBytes: number;
  readonly bits: number;
  readonly isTopDown: boolean;
  /** Whether a pixel is one sample. */
  readonly isGrey: boolean;
}

/** What a pixel's bits mean. */
export type BmpColours =
  | { readonly kind: 'palette'; readonly rgb: Uint8Array; readonly isGrey: boolean }
  | { readonly kind: 'bytes'; readonly bytes: 3 }
  | { readonly kind: 'masks'; readonly masks: readonly [red: number, green: number, blue: number] };

type ReadRow = (row: Uint8Array, out: Samples, at: number) => void;

export function rowReader(layout: BmpLayout, colours: BmpColours): UncompressedPicture['readRows'] {
  const { width, height, from, rowBytes, isTopDown, isGrey } = layout;
  const readRow = chooseRowReader(layout, colours);
  const samples = width * (isGrey ? 1 : 3);
  return (bytes, { first, end }, out) => {
    for (let row = first; row < end; row += 1) {
      const start = from + rowBytes * (isTopDown ? row : height - 1 - row);
      readRow(bytes.subarray(start, start + rowBytes), out, (row - first) * samples);
    }
  };
}

function chooseRowReader({ width, bits, isGrey }: BmpLayout, colours: BmpColours): ReadRow {
  switch (colours.kind) {
    case 'palette':
      return readIndexed(width, bits, isGrey, colours.rgb);
    case 'bytes':
      return readBytes(width);
    case 'masks':
      return readMasked(width, bits, colours.masks);
  }
}

/** The pixel to the left is in the upper bits of a byte. */
function readIndexed(width: number, bits: number, isGrey: boolean, rgb: Uint8Array): ReadRow {
  const perByte = 8 / bits;
  const mask = 2 ** bits - 1;
  const colours = isGrey ? 1 : 3;
  return (row, out, at) => {
    for (let x = 0; x < width; x += 1) {
      const shift = 8 - bits * ((x % perByte) + 1);
      const entry = ((row[Math.floor(x / perByte)]! >> shift) & mask) * 3;
      if (entry >= rgb.length) throw damaged('bmp');
      for (let colour = 0; colour < colours; colour += 1) out[at + x * colours + colour] = rgb[entry + colour]!;
    }
  };
}

/** Blue, green, red. */
function readBytes(width: number): ReadRow {
  return (row, out, at) => {
    for (let byte = 0; byte < width * 3; byte += 3) {
      out[at + byte] = row[byte + 2]!;
      out[at + byte + 1] = row[byte + 1]!;
      out[at + byte + 2] = row[byte]!;
    }
  };
}

/** Samples of fewer or more than 8 bits are scaled to 0..255. `masks` have 16 bits at most. */
function readMasked(width: number, bits: number, masks: readonly [number, number, number]): ReadRow {
  const fields = masks.map((mask) => {
    const shift = Math.clz32(1) - Math.clz32(mask & -mask);
    const largest = mask >>> shift;
    return { shift, largest, levels: levelsOf(largest) };
  });
  return (row, out, at) => {
    const view = viewOf(row);
    for (let colour = 0; colour < 3; colour += 1) {
      const { shift, largest, levels } = fields[colour]!;
      for (let x = 0; x < width; x += 1) {
        const value = bits === 16 ? view.getUint16(x * 2, true) : view.getUint32(x * 4, true);
        out[at + x * 3 + colour] = levels[(value >>> shift) & largest]!;
      }
    }
  };
}

function levelsOf(largest: number): Uint8Array {
  return Uint8Array.from({ length: largest + 1 }, (_, sample) => Math.round((sample / largest) * 255));
}
