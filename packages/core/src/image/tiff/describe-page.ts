import { ZooError } from '../../contract/index.js';
import { damaged, unsupported } from '../decoding/decode-faults.js';
import { checkJpegFrame } from '../raster/read-jpeg-frame.js';
import { readNumbers, type Tiff } from './read-tiff.js';
import { PHOTOMETRIC, TAG, unreadCompression, unreadPhotometric } from './tags.js';

/** How the pixels of one page lie in its file. */
export interface PageLayout {
  readonly photometric: number;
  readonly isGrey: boolean;
  readonly samples: number;
  readonly bits: number;
  /** Whether each sample has strips or tiles of its own, in place of lying beside the others of its pixel. */
  readonly isPlanar: boolean;
  readonly isTiled: boolean;
  /**
   * Whether libvips forgives a part that is damaged or cut off: of tiles that libtiff unpacks it makes black ones. It
   * unpacks tiles of JPEG by itself, and sees their damage.
   */
  readonly isForgiven: boolean;
  /** Which sample is the opacity; undefined if none is. */
  readonly alpha: number | undefined;
  /** Whether the other samples were multiplied by the opacity (associated alpha). */
  readonly isPremultiplied: boolean;
  readonly hasProfile: boolean;
  /** Whether values were lost by compression; a page of WebP, which has both kinds, counts as lossy. */
  readonly isLossy: boolean;
}

const ADVICE =
  'Save it as a TIFF of 8 or 16 bits without compression, with LZW or with Deflate, or as a PNG; ' +
  'ImageMagick does: magick in.tif -compress lzw out.tif';

/** Nobody but the sender knows which values are meant to be black and white. */
const ADVICE_FOR_NUMBERS =
  'Scale the values to whole numbers from 0 to 65535, and save them as a TIFF or PNG of 16 bits.';

const JPEG_COMPRESSION = 7;
const WEBP_COMPRESSION = 50_001;
/** SampleFormat: 1 is whole numbers without sign; 4, undefined, is read as such. */
const FORMAT_NAMES: Readonly<Record<number, string>> = { 2: 'int', 3: 'float', 5: 'complex int', 6: 'complex float' };
/** InkSet: 1 is cyan, magenta, yellow and black, and 2 is others. */
const CMYK_INKS = 1;
/** ExtraSamples: associated and unassociated alpha. */
const ASSOCIATED = 1;
const ALPHA_KINDS: readonly number[] = [ASSOCIATED, 2];
/** Of pixels with more samples, only the first so many are looked at. */
const MOST_SAMPLES = 16;

/** Throws UNSUPPORTED_FORMAT, by name, for a page that cannot be decoded here though nothing is wrong with it. */
export async function describePage(tiff: Tiff, index: number): Promise<PageLayout> {
  const page = tiff.pages[index]!;
  const read = (tag: number, most?: number): Promise<readonly number[]> => readNumbers(tiff, page, tag, most);
  const [compression = 1] = await read(TAG.Compression);
  const unreadByCompression = unreadCompression(compression);
  if (unreadByCompression !== undefined) throw refuse(`compressed with ${unreadByCompression}`);

  const [photometric = PHOTOMETRIC.blackIsZero] = await read(TAG.PhotometricInterpretation);
  const unreadByPhotometric = unreadPhotometric(photometric);
  if (unreadByPhotometric !== undefined) throw refuse(`of ${unreadByPhotometric}`);
  if (photometric === PHOTOMETRIC.yCbCr && compression !== JPEG_COMPRESSION) throw refuse('of YCbCr without JPEG');

  const [samples = 1] = await read(TAG.SamplesPerPixel);
  const statedBits = await read(TAG.BitsPerSample, MOST_SAMPLES);
  for (const format of await read(TAG.SampleFormat, MOST_SAMPLES)) {
    const name = FORMAT_NAMES[format];
    if (name !== undefined) throw unsupportedNumbers(name, statedBits[0] ?? 1);
  }
  const bits = readBits(statedBits, samples);
  const isGrey = photometric === PHOTOMETRIC.whiteIsZero || photometric === PHOTOMETRIC.blackIsZero;
  const isPlanar = samples > 1 && (await read(TAG.PlanarConfiguration))[0] === 2;
  const isTiled = page.entries.has(TAG.TileWidth);
  const hasProfile = page.entries.has(TAG.IccProfile);
  if (isPlanar && isTiled) checkTiledPlanes(photometric, hasProfile);
  if (compression === JPEG_COMPRESSION) {
    const [first] = await read(isTiled ? TAG.TileOffsets : TAG.StripOffsets);
    if (first !== undefined) await checkJpegFrame(tiff.file, first, ADVICE, 'a TIFF compressed with a');
  }
  const extra = await read(TAG.ExtraSamples, MOST_SAMPLES);
  const opacity = extra.findIndex((kind) => ALPHA_KINDS.includes(kind));
  const alpha = opacity < 0 ? undefined : samples - extra.length + opacity;
  const isPremultiplied = extra[opacity] === ASSOCIATED;
  const isLossy = compression === JPEG_COMPRESSION || compression === WEBP_COMPRESSION;
  const [inks = CMYK_INKS] = await read(TAG.InkSet);
  // A fifth sample that no tag speaks of is taken for an opacity.
  const isCmyk = inks === CMYK_INKS && samples - Math.max(extra.length, samples === 5 ? 1 : 0) === 4;
  if (photometric === PHOTOMETRIC.separated && !isCmyk)
    throw refuse('of inks that are not cyan, magenta, yellow and black');
  const isForgiven = isTiled && compression !== JPEG_COMPRESSION;
  const storage = { samples, bits, isPlanar, isTiled, isForgiven, isLossy };
  return { photometric, isGrey, ...storage, alpha, isPremultiplied, hasProfile };
}

/** The bits of each sample, which are the same for all; throws for what is not read. */
function readBits(stated: readonly number[], samples: number): number {
  const [bits = 1] = stated;
  if (stated.some((other) => other !== bits)) throw refuse(`whose samples have ${stated.join(', ')} bits`);
  const isWhole = bits === 8 || bits === 16;
  const isSmall = samples === 1 && (bits === 1 || bits === 2 || bits === 4);
  if (samples < 1) throw damaged('tiff', new Error('A pixel has no sample.'));
  if (!isWhole && !isSmall) throw refuse(`whose samples have ${bits} bits`);
  return bits;
}

/** Tiles of one sample each are read one sample after the other, which is understood of grey and RGB. */
function checkTiledPlanes(photometric: number, hasProfile: boolean): void {
  const known: readonly number[] = [PHOTOMETRIC.whiteIsZero, PHOTOMETRIC.blackIsZero, PHOTOMETRIC.rgb];
  if (!known.includes(photometric)) throw refuse('with planes in tiles, of CMYK or YCbCr');
  if (photometric === PHOTOMETRIC.rgb && hasProfile) throw refuse('with planes in tiles and a colour profile');
}

function refuse(found: string): Error {
  return unsupported(`a TIFF ${found}`, ADVICE);
}

function unsupportedNumbers(name: string, bits: number): ZooError {
  const found = `${name}, ${bits} bits`;
  const message = `Pixels must be of 8 or 16 bits without sign; these are of type ${found}. ${ADVICE_FOR_NUMBERS}`;
  return new ZooError('UNSUPPORTED_FORMAT', message, { details: { found: `a TIFF of ${found}` } });
}
