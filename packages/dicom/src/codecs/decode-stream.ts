import type { FrameShape } from '../pixels/frame-shape.js';
import type { CodecSamples } from '../pixels/samples.js';
import { asValues, interleave } from '../pixels/finish-samples.js';
import { invalidImage, tooLarge, unsupported } from '../refuse.js';
import { checkStream } from './check-stream.js';
import { decodeLosslessJpeg } from './jpeg-lossless.js';
import { readJpegXlHeader } from './jpegxl-header.js';
import { readJpegHeader, withoutColourTransform, type JpegHeader } from './jpeg-header.js';
import { checkTileParts, readJpeg2000Header, withoutSigns } from './jpeg2000-header.js';
import { decodeJpeg12, decodeJpegXl } from './native-codec.js';
import { findStreamKind } from './stream-kind.js';
import { createWasmCodec, type WasmCodec, type WasmResult } from './wasm-codec.js';
import { countOf } from '@medzoo/core/contract';

const SCAN = 0xda;
const END_OF_IMAGE = [0xff, 0xd9];
/** Pixels times scans of a progressive JPEG: each scan walks over the whole image, and a scan may be a few bytes. */
const MOST_SCANNED_PIXELS = 500e6;

/** The decoders of compressed streams. Each is loaded with its first stream and lives as long as the process. */
export interface StreamDecoder {
  /**
   * Throws INVALID_IMAGE or UNSUPPORTED_FORMAT; the stream's own header is held against `shape` before any pixel is
   * decoded.
   */
  decode(stream: Uint8Array, shape: FrameShape): Promise<CodecSamples>;
}

export function createStreamDecoder(): StreamDecoder {
  const jpeg = createWasmCodec(
    'JPEG',
    'JPEGDecoder',
    () => import('@cornerstonejs/codec-libjpeg-turbo-8bit/decodewasmjs'),
  );
  const jpegLs = createWasmCodec('JPEG-LS', 'JpegLSDecoder', () => import('@cornerstonejs/codec-charls/decodewasmjs'));
  const jpeg2000 = createWasmCodec(
    'JPEG 2000',
    'J2KDecoder',
    () => import('@cornerstonejs/codec-openjpeg/decodewasmjs'),
  );
  const htj2k = createWasmCodec('HTJ2K', 'HTJ2KDecoder', () => import('@cornerstonejs/codec-openjph/wasmjs'));

  async function decode(stream: Uint8Array, shape: FrameShape): Promise<CodecSamples> {
    switch (findStreamKind(stream)) {
      case 'jpeg': {
        const header = readJpegHeader(stream);
        checkStream(header, shape);
        return header.process === 0xf7
          ? decodeJpegLs(jpegLs, stream, header, shape)
          : decodeJpegFamily(jpeg, stream, header, shape);
      }
      case 'jpeg2000':
        return decodeJpeg2000(jpeg2000, htj2k, stream, shape);
      case 'jpegxl':
        return decodeJpegXlStream(stream, shape);
      default:
        throw invalidImage(
          'The compressed pixels begin like no stream that is known: the file is damaged. Send it again.',
        );
    }
  }
  return { decode };
}

async function decodeJpegFamily(
  codec: WasmCodec,
  stream: Uint8Array,
  header: JpegHeader,
  shape: FrameShape,
): Promise<CodecSamples> {
  const { process, precision } = header;
  if (process === 0xc3) return { data: narrow(decodeLosslessJpeg(stream, header), shape), jpeg: header, lossy: false };
  if (process > 0xc2) {
    const name = `0x${process.toString(16)}`;
    throw unsupported(`JPEG with the frame header ${name} (hierarchical or arithmetic) is not read. Convert the file.`);
  }
  if (precision > 8) return { data: widen(await decodeJpeg12(stream, shape), shape, 16), jpeg: header, lossy: true };
  checkScans(stream, header);
  const result = await codec.decode(withoutColourTransform(stream, header));
  return { data: widen(checkResult(result, shape), shape, 8), jpeg: header, lossy: true };
}

function checkScans(stream: Uint8Array, { width, height }: JpegHeader): void {
  let scans = 0;
  for (let at = stream.indexOf(0xff); at >= 0; at = stream.indexOf(0xff, at + 1))
    if (stream[at + 1] === SCAN) scans += 1;
  const found = scans * width * height;
  if (scans > 4 && found > MOST_SCANNED_PIXELS)
    throw tooLarge('pixels over all scans of a JPEG', MOST_SCANNED_PIXELS, found, 'nothing: it is fixed');
}

async function decodeJpegLs(
  codec: WasmCodec,
  stream: Uint8Array,
  header: JpegHeader,
  shape: FrameShape,
): Promise<CodecSamples> {
  const data = widen(checkResult(await codec.decode(endStream(stream)), shape), shape, header.precision > 8 ? 16 : 8);
  const isPlanar = header.components > 1 && header.interleave === 0;
  return { data: isPlanar ? interleave(data, shape.samples) : data, lossy: header.near > 0 };
}

/**
 * CharLS reads on for up to a minute where a stream was cut off without an end, and fails at once where there is one.
 */
function endStream(stream: Uint8Array): Uint8Array {
  const ended = new Uint8Array(stream.length + END_OF_IMAGE.length);
  ended.set(stream);
  ended.set(END_OF_IMAGE, stream.length);
  return ended;
}

async function decodeJpeg2000(
  openJpeg: WasmCodec,
  openJph: WasmCodec,
  stream: Uint8Array,
  shape: FrameShape,
): Promise<CodecSamples> {
  const header = readJpeg2000Header(stream);
  checkStream(header, shape);
  if (header.precision > 16) throw unsupported(`JPEG 2000 with ${header.precision} bits is not read; at most 16 are.`);
  if (header.isHighThroughput) checkTileParts(header.codestream);
  const codec = header.isHighThroughput ? openJph : openJpeg;
  // Both codecs write a byte as 0 to 255, and would make every negative value 0.
  const isSignedByte = header.isSigned && header.precision <= 8;
  const result = await codec.decode(isSignedByte ? withoutSigns(header.codestream) : header.codestream);
  const data = widen(checkResult(result, shape), shape, header.precision > 8 ? 16 : 8);
  if (isSignedByte) addInPlace(data, -(2 ** (header.precision - 1)));
  return { data, lossy: !header.isReversible };
}

/** A negative sum wraps around, to the bits of a signed number. */
function addInPlace(values: Uint8Array | Uint16Array | Uint32Array, term: number): void {
  for (let index = 0; index < values.length; index += 1) values[index] = values[index]! + term;
}

/** Its decoder believes the stream about its size, and scales samples of any depth to all of 8 or 16 bits. */
async function decodeJpegXlStream(stream: Uint8Array, shape: FrameShape): Promise<CodecSamples> {
  const { width, height, precision } = readJpegXlHeader(stream);
  if (width !== shape.columns || height !== shape.rows) {
    throw invalidImage(
      `The file's header says ${shape.columns}x${shape.rows}; its compressed pixels say ${width}x${height}. ` +
        'The file is damaged.',
    );
  }
  const bits = precision > 8 ? 16 : 8;
  const bytes = await decodeJpegXl(stream, shape);
  const expected = (width * height * shape.samples * bits) / 8;
  if (precision > shape.bitsAllocated || bytes.length !== expected) {
    throw invalidImage(
      `The file's header says ${countOf(shape.samples, 'sample')} of at most ${shape.bitsAllocated} bits; its ` +
        `compressed pixels (${precision} bits) say something else. The file is damaged.`,
    );
  }
  const data = widen(bytes, shape, bits);
  if (precision < bits) rescaleInPlace(data, (2 ** precision - 1) / (2 ** bits - 1));
  return { data, isRgb: true };
}

function rescaleInPlace(values: Uint8Array | Uint16Array | Uint32Array, factor: number): void {
  for (let index = 0; index < values.length; index += 1) values[index] = Math.round(values[index]! * factor);
}

/** What a codec made must be as large as its stream said. */
function checkResult(
  { data, width, height, components }: WasmResult,
  { rows, columns, samples }: FrameShape,
): Uint8Array {
  if (width === columns && height === rows && components === samples) return data;
  throw invalidImage('The compressed pixels are not what their header says: the file is damaged. Send it again.');
}

/** Bytes of samples of `bits` as values of BitsAllocated. */
function widen(
  bytes: Uint8Array,
  { rows, columns, samples, bitsAllocated }: FrameShape,
  bits: 8 | 16,
): Uint8Array | Uint16Array | Uint32Array {
  const count = rows * columns * samples;
  const values = asValues(bytes, bits);
  if (values.length < count)
    throw invalidImage('The compressed pixels end before the last one: the file is damaged. Send it again.');
  const exact = values.length === count ? values : values.subarray(0, count);
  if (bitsAllocated <= 8) return exact instanceof Uint8Array ? exact : Uint8Array.from(exact);
  if (bitsAllocated === 16) return exact instanceof Uint16Array ? exact : Uint16Array.from(exact);
  return Uint32Array.from(exact);
}

function narrow(values: Uint16Array, { bitsAllocated }: FrameShape): Uint8Array | Uint16Array | Uint32Array {
  if (bitsAllocated <= 8) return Uint8Array.from(values);
  return bitsAllocated === 16 ? values : Uint32Array.from(values);
}
