import type { ImageFile } from '../../contract/index.js';
import { damaged, unsupported } from '../decoding/decode-faults.js';
import { viewOf } from '../decoding/image-file.js';
import type { UncompressedPicture } from './uncompressed-picture.js';
import { rowReader, type BmpColours } from './read-bmp-rows.js';

const FILE_HEADER_BYTES = 14;
/** The largest of the headers, masks and 256 colours behind it. */
const MOST_HEADER_BYTES = FILE_HEADER_BYTES + 124 + 16 + 256 * 4;

/** Sizes of the headers there are, after the file's: BITMAPCOREHEADER, BITMAPINFOHEADER and its versions 2 to 5. */
const CORE = 12;
const INFO = 40;
const HEADERS: readonly number[] = [CORE, INFO, 52, 56, 108, 124];

/** Values of biCompression. */
const RGB = 0;
const BIT_FIELDS = 3;
const ALPHA_BIT_FIELDS = 6;
const COMPRESSIONS: Readonly<Record<number, string>> = {
  1: 'run lengths (RLE8)',
  2: 'run lengths (RLE4)',
  4: 'a JPEG inside',
  5: 'a PNG inside',
};
/** 'LINK' and 'MBED' in the colour space field of versions 4 and 5. */
const PROFILES: readonly number[] = [0x4c494e4b, 0x4d424544];

const ADVICE = 'Save it as a PNG; ImageMagick does: magick in.bmp out.png';

/**
 * The header of a Windows bitmap, after Microsoft's "Bitmap Storage" (BITMAPFILEHEADER to BITMAPV5HEADER). Rejects with
 * UNSUPPORTED_FORMAT for compressed pixels and colour profiles, and INVALID_IMAGE for a header that cannot be.
 */
export async function readBmp(file: ImageFile): Promise<UncompressedPicture> {
  const view = viewOf(await file.read(0, MOST_HEADER_BYTES));
  if (view.byteLength < FILE_HEADER_BYTES + CORE) throw damaged('bmp');
  const headerBytes = view.getUint32(FILE_HEADER_BYTES, true);
  if (!HEADERS.includes(headerBytes)) throw unsupported(`a BMP with a header of ${headerBytes} bytes`, ADVICE);
  if (view.byteLength < FILE_HEADER_BYTES + headerBytes) throw damaged('bmp');
  const from = view.getUint32(10, true);
  const { width, rows, bits, ...rest } = readSize(view, headerBytes);
  const height = Math.abs(rows);
  if (width < 1 || height < 1) throw damaged('bmp');
  const colours = readColours(view, { headerBytes, from, bits, ...rest });
  const rowBytes = Math.ceil((width * bits) / 32) * 4;
  if (from < FILE_HEADER_BYTES + headerBytes || from + rowBytes * height > file.size) throw damaged('bmp');
  const isGrey = colours.kind === 'palette' && colours.isGrey;
  const layout = { width, height, from, rowBytes, bits, isTopDown: rows < 0, isGrey };
  const shape = { width, height, colours: isGrey ? 1 : 3, largest: 255 } as const;
  return { format: 'bmp', ...shape, readRows: rowReader(layout, colours) };
}

interface BmpSize {
  readonly width: number;
  /** Negative where the first row is the uppermost. */
  readonly rows: number;
  readonly bits: number;
  readonly compression: number;
  /** How many colours the palette has; 0 for as many as there can be. */
  readonly used: number;
}

function readSize(view: DataView, headerBytes: number): BmpSize {
  if (headerBytes === CORE) {
    const size = { width: view.getUint16(18, true), rows: view.getUint16(20, true), bits: view.getUint16(24, true) };
    return { ...size, compression: RGB, used: 0 };
  }
  const size = { width: view.getInt32(18, true), rows: view.getInt32(22, true), bits: view.getUint16(28, true) };
  return { ...size, compression: view.getUint32(30, true), used: view.getUint32(46, true) };
}

interface ColourFields extends Pick<BmpSize, 'bits' | 'compression' | 'used'> {
  readonly headerBytes: number;
  readonly from: number;
}

function readColours(view: DataView, fields: ColourFields): BmpColours {
  const { headerBytes, bits, compression } = fields;
  const named = COMPRESSIONS[compression];
  if (named !== undefined) throw unsupported(`a BMP with ${named}`, ADVICE);
  const hasMasks = compression === BIT_FIELDS || compression === ALPHA_BIT_FIELDS;
  if (!hasMasks && compression !== RGB) throw unsupported(`a BMP of the compression ${compression}`, ADVICE);
  if (headerBytes >= 108 && PROFILES.includes(view.getUint32(FILE_HEADER_BYTES + 56, true))) {
    throw unsupported('a BMP with a colour profile', ADVICE);
  }
  if (hasMasks && bits !== 16 && bits !== 32) throw damaged('bmp');
  switch (bits) {
    case 1:
    case 4:
    case 8:
      return readPalette(view, fields);
    case 16:
      return { kind: 'masks', masks: hasMasks ? readMasks(view) : [0x7c00, 0x03e0, 0x001f] };
    case 24:
      return { kind: 'bytes', bytes: 3 };
    case 32:
      return { kind: 'masks', masks: hasMasks ? readMasks(view) : [0xff0000, 0x00ff00, 0x0000ff] };
    default:
      throw unsupported(`a BMP of ${bits} bits a pixel`, ADVICE);
  }
}

/** Of red, green and blue; they stand at one place in all headers. */
function readMasks(view: DataView): readonly [number, number, number] {
  const at = FILE_HEADER_BYTES + INFO;
  if (view.byteLength < at + 12) throw damaged('bmp');
  const masks = [view.getUint32(at, true), view.getUint32(at + 4, true), view.getUint32(at + 8, true)] as const;
  if (!masks.every((mask) => /^1+0*$/.test(mask.toString(2)))) throw damaged('bmp');
  if (masks.some((mask) => /1{17}/.test(mask.toString(2))))
    throw unsupported('a BMP of more than 16 bits a colour', ADVICE);
  return masks;
}

/** Blue, green, red and an unused byte a colour; without that byte in the oldest header. */
function readPalette(view: DataView, { headerBytes, from, bits, used }: ColourFields): BmpColours {
  const start = FILE_HEADER_BYTES + headerBytes;
  const entryBytes = headerBytes === CORE ? 3 : 4;
  const most = 2 ** bits;
  const room = Math.floor((Math.min(from, view.byteLength) - start) / entryBytes);
  const count = Math.min(used === 0 ? most : used, most, room);
  if (count < 1) throw damaged('bmp');
  const rgb = new Uint8Array(count * 3);
  for (let index = 0; index < count; index += 1) {
    const at = start + index * entryBytes;
    rgb.set([view.getUint8(at + 2), view.getUint8(at + 1), view.getUint8(at)], index * 3);
  }
  const isGrey = rgb.every((value, at) => value === rgb[at - (at % 3)]);
  return { kind: 'palette', rgb, isGrey };
}
