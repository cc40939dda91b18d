import { setImmediate as nextTurn } from 'node:timers/promises';
import type { DecodeRequest, ImageDecoder, ImageFacts, ImageFile, ReadableImage } from '../../contract/index.js';
import { noSuchFrame } from '../decoding/decode-faults.js';
import { sniffUncompressed, type UncompressedFormat } from '../decoding/sniff-format.js';
import type { Pixels } from '../raster/read-pixels.js';
import { toBytes, toStored } from '../raster/window-raster.js';
import { applyLevels } from '../window/samples-to-levels.js';
import type { UncompressedPicture } from './uncompressed-picture.js';
import { readBmp } from './read-bmp.js';
import { readNetpbm } from './read-netpbm.js';

/** Of one piece of work, after which other work of this process has its turn: some 5 ms. */
const PIXELS_AT_ONCE = 250_000;

/** BMP, and binary PGM and PPM: formats that libvips does not read here. */
export const uncompressedDecoder: ImageDecoder = {
  sniff: sniffUncompressed,
  open: (file, format, view) => open(file, format as UncompressedFormat, view.frame),
};

async function open(file: ImageFile, format: UncompressedFormat, frame = 0): Promise<ReadableImage> {
  const picture = await (format === 'bmp' ? readBmp(file) : readNetpbm(file, format));
  if (frame > 0) throw noSuchFrame(frame, 1);
  const { width, height, colours, largest } = picture;
  const pixels = width * height;
  return {
    description: { format, width, height, frame, frames: 1, facts: describePicture(picture) },
    pixels,
    decodeBytes: pixels * colours * ((largest > 0xff ? 2 : 1) + 1),
    async decode(bytes, request) {
      const { channels, data, window } = toBytes(
        withWhite(await readPixels(picture, bytes), picture, request),
        request,
        false,
      );
      return {
        width,
        height,
        channels,
        data,
        format,
        view: { frame, frames: 1, window, spacing: null, modality: null },
      };
    },
    async readStored(bytes) {
      return toStored(await readPixels(picture, bytes), false);
    },
  };
}

async function readPixels(
  { width, height, colours, largest, readRows }: UncompressedPicture,
  bytes: Uint8Array,
): Promise<Pixels> {
  const length = width * height * colours;
  const data = largest > 0xff ? new Uint16Array(length) : new Uint8Array(length);
  const rowsAtOnce = Math.max(1, Math.floor(PIXELS_AT_ONCE / width));
  for (let first = 0; first < height; first += rowsAtOnce) {
    if (first > 0) await nextTurn();
    const end = Math.min(first + rowsAtOnce, height);
    readRows(bytes, { first, end }, data.subarray(first * width * colours, end * width * colours));
  }
  return { width, height, channels: colours, colours, alpha: undefined, data };
}

/**
 * Samples whose white is below 255, spread over 0..255. A window that was asked for is in the file's own values, and
 * those of more than 8 bits have a window in any case.
 */
function withWhite(
  pixels: Pixels,
  { largest }: UncompressedPicture,
  { window }: Pick<DecodeRequest, 'window'>,
): Pixels {
  if (largest >= 0xff || window) return pixels;
  return { ...pixels, data: applyLevels(pixels, pixels.colours, (value) => Math.round((value / largest) * 255)) };
}

function describePicture({ colours, largest }: UncompressedPicture): ImageFacts {
  return {
    ...{ transferSyntax: null, sopClass: null, kind: 'image', modality: null, bodyPart: null },
    samples: colours,
    photometric: colours === 1 ? 'MONOCHROME2' : 'RGB',
    bitsStored: Math.ceil(Math.log2(largest + 1)),
    signed: false,
    spacing: null,
    windows: [],
    flags: { burnedIn: 'unknown', lossy: false, overlays: 0, padding: null },
    geometry: null,
  };
}
