import {
  completeLimits,
  parseWindowRule,
  shadeGrey,
  type StoredPixels,
  type UsedWindow,
  type WindowRule,
} from '@medzoo/core/contract';
import { createStreamDecoder } from '../codecs/decode-stream.js';
import { createThreadedDecoder, type CodecThreadLimits } from '../codecs/threaded-decoder.js';
import { readJpegHeader } from '../codecs/jpeg-header.js';
import { readJpeg2000Header } from '../codecs/jpeg2000-header.js';
import { findStreamKind } from '../codecs/stream-kind.js';
import { DICOM_LIMITS, type DicomLimits } from '../limits.js';
import { isLumaChroma, toBytes, ybrToRgb } from '../pixels/colour.js';
import { nameType } from '../pixels/decode-stored.js';
import { finishSamples } from '../pixels/finish-samples.js';
import type { StreamShape } from '../pixels/frame-shape.js';
import { checkFrame, tooLarge, unsupported } from '../refuse.js';
import { readJp2Colour } from './read-jp2-colour.js';

/** Streams that are cut out of DICOM and that ordinary image libraries do not read. */
export type RasterFormat = 'jpeg2000' | 'jpeg-ls' | 'jpeg-lossless' | 'jpeg-12-bit';

export interface RasterDescription extends StreamShape {
  readonly format: RasterFormat;
  readonly frames: 1;
  /** Whether values were lost by compression. */
  readonly lossy: boolean;
  /** Whether values may be negative, as JPEG 2000 can say. */
  readonly signed: boolean;
  /** Whether the three components are luma and chroma, which `decode` makes RGB and `decodeStored` leaves alone. */
  readonly lumaChroma: boolean;
}

export interface DecodedRaster {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  /** uint8 [height, width, channels], row-major, grey or RGB. */
  readonly data: Uint8Array;
  readonly format: RasterFormat;
  /** Null for colour, and for grey of 8 bits without sign and rule. */
  readonly window: UsedWindow | null;
}

type RasterLimits = Pick<DicomLimits, 'maxBytes' | 'maxPixels'>;

export interface RasterCodecs {
  /** The format of a file that begins so; undefined for baseline and progressive JPEG, which image libraries read. */
  sniff(bytes: Uint8Array): RasterFormat | undefined;
  describe(bytes: Uint8Array): RasterDescription;
  /** Grey of more than 8 bits, or with a sign, is shown by `window`, by default from smallest to largest value. */
  decode(
    bytes: Uint8Array,
    options?: { readonly frame?: number; readonly window?: WindowRule },
  ): Promise<DecodedRaster>;
  /** The values as they are stored. */
  decodeStored(bytes: Uint8Array): Promise<StoredPixels>;
}

const JPEG_LS = 0xf7;
const LOSSLESS = 0xc3;

/** JPEG 2000 (also HTJ2K and .jp2), JPEG-LS, and JPEG that is lossless or has 12 bits, as plain files. */
export function createRasterCodecs(limits: Partial<RasterLimits> = {}, codecThread?: CodecThreadLimits): RasterCodecs {
  const { maxBytes, maxPixels } = completeLimits<DicomLimits>(DICOM_LIMITS, limits);
  const streams = codecThread ? createThreadedDecoder(codecThread) : createStreamDecoder();

  function describe(bytes: Uint8Array): RasterDescription {
    if (bytes.length > maxBytes) throw tooLarge('bytes', maxBytes, bytes.length, 'maxBytes');
    const format = sniff(bytes);
    if (!format) throw unsupported('This is neither JPEG 2000 nor JPEG-LS, nor JPEG that is lossless or has 12 bits.');
    const { width, height, components, precision, lossy, signed, lumaChroma } = readHeader(bytes, format);
    if (width * height > maxPixels) throw tooLarge('pixels', maxPixels, width * height, 'maxPixels');
    if (components !== 1 && components !== 3) {
      throw unsupported(`An image has 1 or 3 components; this one has ${components}. Convert it first.`, {
        components,
      });
    }
    if (components === 3 && signed) throw unsupported('Colours below 0 are not read. Convert the file.');
    return { format, frames: 1, width, height, components, precision, lossy, signed, lumaChroma };
  }

  async function decodeStream(bytes: Uint8Array, { width, height, components, precision, signed }: RasterDescription) {
    const bitsAllocated = precision > 8 ? 16 : 8;
    const shape = { rows: height, columns: width, samples: components, bitsAllocated, bitsStored: precision };
    const { data } = await streams.decode(bytes, shape);
    return finishSamples(data, { bitsStored: precision, highBit: precision - 1, signed });
  }

  async function decodeStored(bytes: Uint8Array): Promise<StoredPixels> {
    const described = describe(bytes);
    const data = await decodeStream(bytes, described);
    const { width: columns, height: rows, components: samples } = described;
    return { data, dtype: nameType(data), rows, columns, samples };
  }

  async function decode(
    bytes: Uint8Array,
    { frame = 0, window }: { readonly frame?: number; readonly window?: WindowRule } = {},
  ): Promise<DecodedRaster> {
    const rule = window && parseWindowRule(window);
    const described = describe(bytes);
    const { format, width, height, components, precision, signed, lumaChroma } = described;
    checkFrame(frame, 1);
    const stored = await decodeStream(bytes, described);
    if (components === 3) {
      const levels = toBytes(stored, precision);
      const data = lumaChroma ? ybrToRgb(levels) : levels;
      return { width, height, channels: 3, data, format, window: null };
    }
    if (precision <= 8 && !signed && !rule)
      return { width, height, channels: 1, data: toBytes(stored, precision), format, window: null };
    const smallest = signed ? -(2 ** (precision - 1)) : 0;
    const facts = {
      modality: null,
      bitsStored: precision,
      windows: [],
      storedEnds: [smallest, smallest + 2 ** precision - 1],
      apply: (value: number) => value,
      padding: null,
      isInverted: false,
    } as const;
    const shaded = shadeGrey(stored, facts, rule ?? { rule: 'range' });
    return { width, height, channels: 1, data: shaded.data, format, window: shaded.window };
  }

  return { sniff, describe, decode, decodeStored };
}

type Header = StreamShape & Pick<RasterDescription, 'lossy' | 'signed' | 'lumaChroma'>;

function readHeader(bytes: Uint8Array, format: RasterFormat): Header {
  if (format === 'jpeg2000') {
    const header = readJpeg2000Header(bytes);
    const { lumaChroma } = readJp2Colour(bytes);
    return {
      ...header,
      lossy: !header.isReversible,
      signed: header.isSigned,
      lumaChroma: lumaChroma && header.components === 3,
    };
  }
  const header = readJpegHeader(bytes);
  const lossy = format === 'jpeg-12-bit' || (format === 'jpeg-ls' && header.near > 0);
  return { ...header, lossy, signed: false, lumaChroma: header.components === 3 && isLumaChroma('RGB', header) };
}

function sniff(bytes: Uint8Array): RasterFormat | undefined {
  const kind = findStreamKind(bytes);
  if (kind === 'jpeg2000') return 'jpeg2000';
  if (kind !== 'jpeg') return undefined;
  try {
    const { process, precision } = readJpegHeader(bytes);
    if (process === JPEG_LS) return 'jpeg-ls';
    if (process === LOSSLESS) return 'jpeg-lossless';
    return precision > 8 && process < LOSSLESS ? 'jpeg-12-bit' : undefined;
  } catch {
    // Not all of the header is there, or it is damaged: ordinary libraries say what is wrong with it.
    return undefined;
  }
}
