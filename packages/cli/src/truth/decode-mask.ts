import { describeImage, isZooError, type Size } from '@medzoo/core';
import sharp, { type Metadata } from 'sharp';
import { CommandError } from '../command-error.js';
import { showIndices } from './show-indices.js';
import { decodeUncompressedMask, isUncompressed } from './uncompressed-mask.js';

/** Numbers of pixels, in an array of their depth. */
export type PixelValues = Uint16Array | Float64Array;

/** The pixels of a mask file as they are stored, turned by the file's EXIF orientation. */
export interface DecodedMask extends Size {
  /** [height, width, channels], grey or RGB, in the file's own values. */
  readonly values: PixelValues;
  readonly channels: 1 | 3;
  /** [height, width]; undefined if the file has no alpha channel. */
  readonly alpha: PixelValues | undefined;
  /** The values that files of this depth use for "fully the target". */
  readonly fullValues: readonly number[];
  /** EXIF orientation, 1 to 8; 1 if the file has none. */
  readonly orientation: number;
}

const FORMATS = ['png', 'tiff', 'webp', 'jpeg', 'gif'];
const NUMBERS = ['char', 'short', 'int', 'uint', 'float', 'double'];
const ADVICE = 'Write the mask as a PNG of 8 bits, 255 where the target is and 0 elsewhere.';

/**
 * Decodes a mask without changing its values: one page, grey or RGB, perhaps with alpha, of 8 or 16 bits, or one
 * channel of 32 bits or floats. Everything else is a CommandError, because another reading of it would be a guess.
 */
export async function decodeMask(bytes: Uint8Array): Promise<DecodedMask> {
  if (isUncompressed(bytes)) return decodeUncompressedMask(bytes).catch(() => refuseUnreadable(bytes));
  const metadata = await sharp(bytes)
    .metadata()
    .catch(() => refuseUnreadable(bytes));
  checkLayout(metadata);
  const decoded =
    metadata.depth === 'uchar' || metadata.depth === 'ushort'
      ? await decodeColours(bytes, metadata.depth)
      : await decodeNumbers(bytes, metadata);
  if (decoded.values.every((value) => value === 0)) await checkPalette(bytes);
  return { ...decoded, orientation: metadata.orientation ?? 1 };
}

function checkLayout({ format, pages = 1, space, channels }: Metadata): void {
  if (!FORMATS.includes(format)) throw refusal(`a ${format.toUpperCase()} file`, 'a PNG, TIFF, WebP or JPEG');
  if (pages > 1) throw refusal(`a file of ${pages} pages`, 'one page');
  const isGrey = space === 'b-w' || space === 'grey16';
  if (!isGrey && space !== 'srgb' && space !== 'rgb16') throw refusal(`the colour space ${space}`, 'grey or RGB');
  // libvips interleaves the rows of planar channels, and does not say which TIFF is planar.
  if (format === 'tiff' && isGrey && channels > 1) throw refusal(`a grey TIFF of ${channels} channels`, 'one channel');
  if (channels > (isGrey ? 2 : 4)) throw refusal(`${channels} channels`, 'grey or RGB, with or without alpha');
}

/** Palettes as their colours, and one, two or four bits spread over 0..255. */
async function decodeColours(bytes: Uint8Array, depth: 'uchar' | 'ushort') {
  const { data, info } = await sharp(bytes, { ignoreIcc: true })
    .autoOrient()
    .toColourspace(depth === 'ushort' ? 'rgb16' : 'srgb')
    .raw({ depth })
    .toBuffer({ resolveWithObject: true })
    .catch(() => refuseUnreadable(bytes));
  const copy = Uint8Array.from(data);
  const samples = depth === 'ushort' ? new Uint16Array(copy.buffer) : copy;
  const { width, height, channels } = info;
  const pick = (from: number, count: number): Uint16Array => {
    const picked = new Uint16Array(width * height * count);
    for (let index = 0; index < picked.length; index += 1) {
      const [pixel, channel] = [Math.floor(index / count), index % count];
      picked[index] = samples[pixel * channels + from + channel]!;
    }
    return picked;
  };
  return {
    width,
    height,
    channels: 3,
    values: pick(0, 3),
    alpha: channels === 4 ? pick(3, 1) : undefined,
    fullValues: depth === 'ushort' ? [255, 65535] : [255],
  } as const;
}

/** Whole numbers of other depths, and floats, as they are stored. */
async function decodeNumbers(bytes: Uint8Array, { depth, space, channels }: Metadata) {
  if (!NUMBERS.includes(depth)) throw refusal(`values of type ${depth}`, 'whole numbers or floats');
  if (channels !== 1) throw refusal(`${channels} channels of type ${depth}`, 'one channel, or of 8 or 16 bits');
  const { data, info } = await sharp(bytes, { ignoreIcc: true })
    .autoOrient()
    .toColourspace(space)
    .raw({ depth: 'double' })
    .toBuffer({ resolveWithObject: true })
    .catch(() => refuseUnreadable(bytes));
  const values = new Float64Array(Uint8Array.from(data).buffer);
  // sharp reads signed 16-bit values as unsigned ones, and those below 0 as 0.
  if (depth === 'short' && (await sharp(bytes).stats()).channels[0]!.min < 0) {
    throw refusal('signed 16-bit values below 0', 'values from 0 up');
  }
  const { width, height } = info;
  return { width, height, channels: 1, values, alpha: undefined, fullValues: [1, 255, 65535] } as const;
}

function refusal(found: string, expected: string): CommandError {
  return new CommandError(`Expected a mask of ${expected}; got ${found}. ${ADVICE}`);
}

/** Throws for a palette in which the target has the colour of the background: black. */
async function checkPalette(bytes: Uint8Array): Promise<void> {
  const shown = showIndices(bytes);
  if (!shown) return;
  const { channels } = await sharp(shown).removeAlpha().stats();
  if (channels.every(({ max }) => max === 0)) return;
  throw new CommandError(`The mask has several values, and its palette shows all of them as black. ${ADVICE}`);
}

/** Says by name what is valid and not read here. */
async function refuseUnreadable(bytes: Uint8Array): Promise<never> {
  const reason: unknown = await describeImage(bytes).catch((error: unknown) => error);
  if (isZooError(reason) && reason.code === 'UNSUPPORTED_FORMAT') throw new CommandError(reason.message);
  throw new CommandError('The mask is no image that can be read. Expected a PNG or another lossless format.');
}
