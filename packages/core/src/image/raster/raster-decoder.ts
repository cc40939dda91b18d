import type { Metadata } from 'sharp';
import {
  isZooError,
  ZooError,
  type ImageDecoder,
  type ImageFile,
  type ImageView,
  type ReadableImage,
} from '../../contract/index.js';
import { damaged, noSuchFrame, ofPage, unsupported } from '../decoding/decode-faults.js';
import { fileOf } from '../decoding/image-file.js';
import { sniffRaster, type RasterFormat } from '../decoding/sniff-format.js';
import { choosePage } from '../tiff/choose-page.js';
import { describePage, type PageLayout } from '../tiff/describe-page.js';
import { extractPlane } from '../tiff/extract-plane.js';
import { readTiff, type Tiff } from '../tiff/read-tiff.js';
import { checkPng, withEarlyExif } from './check-png.js';
import { checkWebp, isLossyWebp } from './check-webp.js';
import { describeRaster } from './describe-raster.js';
import { loadSharp } from './load-sharp.js';
import { checkJpegFrame } from './read-jpeg-frame.js';
import { readJpegPixels } from './read-jpeg-pixels.js';
import { divideByOpacity, joinPlanes, readPixels, type Pixels, type PixelSource } from './read-pixels.js';
import { toBytes, toStored } from './window-raster.js';

/** PNG, JPEG, WebP and TIFF, by libvips. */
export const rasterDecoder: ImageDecoder = {
  sniff: sniffRaster,
  open: (file, format, view) => open(file, format as RasterFormat, view),
};

/** One page of a TIFF, which is read by its tags before libvips sees it. */
interface TiffPicture {
  readonly tiff: Tiff;
  readonly layout: PageLayout;
}

/** Which frame is read, of how many; undefined where libvips counts them. */
interface Picture {
  readonly frame: number;
  readonly frames?: number;
  readonly tiff?: TiffPicture;
  /** Of a PNG, where it stands behind the pixels. */
  readonly lateExif?: Uint8Array | undefined;
}

const JPEG_ADVICE = 'Save it as a PNG, or as a baseline JPEG of 8 bits; ImageMagick does: magick in.jpg out.png';

async function open(file: ImageFile, format: RasterFormat, { frame: asked }: ImageView): Promise<ReadableImage> {
  const picture = await findPicture(file, format, asked);
  const header = await readHeader(await sourceOf(file, picture), format, picture.frame).catch((error: unknown) => {
    throw ofPage(error, picture);
  });
  const { frame, frames = header.pages ?? 1, tiff } = picture;
  if (frame >= frames) throw noSuchFrame(frame, frames);
  const { width, height } = header.autoOrient;
  const isInverted = tiff?.layout.photometric === 0;
  const isLossy = tiff?.layout.isLossy ?? (format === 'jpeg' || (format === 'webp' && (await isLossyWebp(file))));
  const facts = describeRaster(header, { isInverted, isLossy });
  const description = { format, width, height, frame, frames, facts };
  const pixels = width * height;
  const sampleBytes = header.depth === 'ushort' ? 2 : 1;
  const isCopied = picture.lateExif !== undefined || tiff?.layout.isPlanar === true;
  const read = async (bytes: Uint8Array, timeoutSeconds: number): Promise<Pixels> => {
    try {
      const { lateExif } = picture;
      const whole = lateExif ? withEarlyExif(bytes, lateExif) : bytes;
      return await readPicture(whole, header, picture, timeoutSeconds);
    } catch (error) {
      throw ofPage(isZooError(error) ? error : unreadable(format, timeoutSeconds, error), picture);
    }
  };
  return {
    description,
    pixels: format === 'webp' ? pixels * (frame + 1) : pixels, // its frames are drawn one upon the other
    decodeBytes: pixels * (2 * header.channels * sampleBytes + 3) + (isCopied ? file.size : 0),
    async decode(bytes, request) {
      const decoded = await read(bytes, request.timeoutSeconds);
      const { data, channels, window } = toBytes(decoded, request, isInverted);
      const view = { frame, frames, window, spacing: null, modality: null };
      return { width: decoded.width, height: decoded.height, channels, data, format, view };
    },
    async readStored(bytes, { timeoutSeconds }) {
      return toStored(await read(bytes, timeoutSeconds), isInverted);
    },
  };
}

/** Throws for kinds that libvips would call damaged. */
async function findPicture(file: ImageFile, format: RasterFormat, asked: number | undefined): Promise<Picture> {
  if (format === 'tiff') {
    const tiff = await readTiff(file);
    const page = { frame: await choosePage(tiff, asked), frames: tiff.pages.length };
    const layout = await describePage(tiff, page.frame).catch((error: unknown) => {
      throw ofPage(error, page);
    });
    return { ...page, tiff: { tiff, layout } };
  }
  const frame = asked ?? 0;
  if (format === 'webp') {
    await checkWebp(file);
    return { frame };
  }
  if (format === 'jpeg') await checkJpegFrame(file, 0, JPEG_ADVICE);
  const { frames, lateExif } = format === 'png' ? await checkPng(file) : { frames: 1 };
  if (frame >= frames) throw noSuchFrame(frame, frames);
  if (frame > 0) {
    throw unsupported('a frame of an animated PNG behind its first', 'Save that frame as a PNG of its own.');
  }
  return { frame, frames, lateExif };
}

/** What libvips reads. */
async function sourceOf(file: ImageFile, { lateExif }: Picture): Promise<ImageFile['source']> {
  return lateExif ? withEarlyExif(await file.read(0, file.size), lateExif) : file.source;
}

async function readHeader(source: ImageFile['source'], format: RasterFormat, frame: number): Promise<Metadata> {
  const sharp = await loadSharp();
  const header = await sharp(source, { limitInputPixels: false, page: frame })
    .metadata()
    .catch(async (cause: unknown) => {
      const frames = frame > 0 ? await countFrames(source) : 0;
      throw frames > 0 && frame >= frames ? noSuchFrame(frame, frames) : damaged(format, cause);
    });
  const { depth } = header;
  if (depth === 'uchar' || depth === 'ushort') return header;
  const message = `Pixels must be of 8 or 16 bits without sign; these are of type ${depth}. Convert the image first.`;
  throw new ZooError('UNSUPPORTED_FORMAT', message, { details: { found: depth } });
}

/** 0 for a file whose header cannot be read. */
async function countFrames(source: Uint8Array | string): Promise<number> {
  const sharp = await loadSharp();
  const header = await sharp(source, { limitInputPixels: false })
    .metadata()
    .catch(() => undefined);
  return header ? (header.pages ?? 1) : 0;
}

async function readPicture(
  bytes: Uint8Array,
  { format, space, depth, width, height, channels, hasAlpha, icc }: Metadata,
  { frame, tiff }: Pick<Picture, 'frame' | 'tiff'>,
  timeoutSeconds: number,
): Promise<Pixels> {
  const isGrey = space === 'b-w' || space === 'grey16';
  const isDeep = depth === 'ushort' && (isGrey || space === 'rgb16');
  const last = hasAlpha ? channels - 1 : undefined;
  const alpha = tiff ? tiff.layout.alpha : last; // libvips takes any further sample of a TIFF for its opacity
  const failOn = tiff?.layout.isForgiven ? 'warning' : 'error';
  const maxPixels = width * height;
  const hasProfile = icc !== undefined && isProfileOfRgb(icc);
  const source: PixelSource = { bytes, frame, maxPixels, isGrey, isDeep, hasProfile, alpha, failOn, timeoutSeconds };
  if (format === 'jpeg') return readJpegPixels(source);
  return tiff && isReadByPlanes(tiff.layout) ? readPlanes(source, tiff) : readPixels(source);
}

/** By its signature and its colour space: libvips leaves the colours alone where a profile is another, or is none. */
function isProfileOfRgb(icc: Uint8Array): boolean {
  const header = Buffer.from(icc.subarray(0, 40)).toString('latin1');
  return header.slice(36, 40) === 'acsp' && header.slice(16, 20) === 'RGB ';
}

/** libvips reads planes of colour in strips by itself, and no others. */
function isReadByPlanes({ isPlanar, isGrey, isTiled }: PageLayout): boolean {
  return isPlanar && (isGrey || isTiled);
}

/** The grey or the three colours, and the opacity if it is needed: each a picture of its own. */
async function readPlanes(source: PixelSource, { tiff, layout }: TiffPicture): Promise<Pixels> {
  const { bytes, frame, isGrey, isDeep, alpha } = source;
  const { samples, isPremultiplied } = layout;
  const planes = isGrey ? [0] : [0, 1, 2];
  const file = { ...tiff, file: fileOf(bytes) };
  const readPlane = async (plane: number): Promise<Pixels> => {
    const page = await extractPlane(file, frame, plane, samples);
    return readPixels({ ...source, bytes: page, frame: 0, isGrey: true, alpha: undefined });
  };
  const colours: Pixels[] = [];
  for (const plane of planes) colours.push(await readPlane(plane));
  const isOpacityNeeded = alpha !== undefined && (isDeep || isPremultiplied);
  const opacity = isOpacityNeeded ? [await readPlane(alpha)] : [];
  if (isPremultiplied) for (const colour of colours) divideByOpacity(colour, opacity[0]!);
  return joinPlanes([...colours, ...opacity], isGrey ? 1 : 3);
}

function unreadable(format: RasterFormat, timeoutSeconds: number, cause: unknown): ZooError {
  if (!(cause instanceof Error && cause.message.startsWith('timeout'))) return damaged(format, cause);
  const message = `The image was not decoded within ${timeoutSeconds} s. Send a smaller one.`;
  return new ZooError('DEADLINE_EXCEEDED', message, { cause });
}
