import { inflateRawSync } from 'node:zlib';
import type { StoredArray } from '@medzoo/core/contract';
import type { StreamDecoder } from '../codecs/decode-stream.js';
import { findStreamKind } from '../codecs/stream-kind.js';
import type { ImageHeader } from '../describe/image-header.js';
import type { DicomLimits } from '../limits.js';
import { isLumaChroma as isStoredAsLumaChroma } from './colour.js';
import type { ParsedFile } from '../parse/data-set.js';
import { isTooLong, plainBytes } from '../parse/parse-file.js';
import { checkFrame, cutOff, invalidImage } from '../refuse.js';
import { asValues, finishSamples, interleave } from './finish-samples.js';
import { notEncapsulated, readEncapsulatedFrame } from './fragments.js';
import { expandHalfChroma, readNativeFrame, unpackBits } from './native.js';
import { decodeRle } from './rle.js';
import type { DataType } from './samples.js';

/** One frame's values as they are stored: cut to BitsStored, with their sign, colour in the file's own colour space. */
export interface StoredFrame {
  /** [rows, columns, samples], row-major. */
  readonly data: StoredArray;
  readonly dtype: DataType;
  readonly rows: number;
  readonly columns: number;
  readonly samples: number;
  /** Whether three samples are luma and chroma (YCbCr over the full range), and not red, green and blue. */
  readonly isLumaChroma: boolean;
}

export async function decodeStoredFrame(
  file: ParsedFile,
  header: ImageHeader,
  frame: number,
  decoder: StreamDecoder,
  limits: DicomLimits,
): Promise<StoredFrame> {
  checkFrame(frame, header.frames);
  const { data, isLumaChroma } = await readValues(file, header, frame, decoder, limits);
  const { rows, columns, samples } = header;
  if (data.length !== rows * columns * samples) throw cutOff('the pixel data');
  return { data, dtype: nameType(data), rows, columns, samples, isLumaChroma };
}

interface Values {
  readonly data: StoredArray;
  readonly isLumaChroma: boolean;
}

async function readValues(
  file: ParsedFile,
  header: ImageHeader,
  frame: number,
  decoder: StreamDecoder,
  limits: DicomLimits,
): Promise<Values> {
  const isLumaChroma = header.samples === 3 && isStoredAsLumaChroma(header.photometric, undefined);
  if (!header.pixelData.hadUndefinedLength) {
    const { encoding } = file.transferSyntax;
    if (encoding !== 'native') throw notEncapsulated();
    const { data, isHalfChroma } = readNativeFrame(file, header, frame);
    return { data: fromBytes(isHalfChroma ? expandHalfChroma(data) : data, header), isLumaChroma };
  }
  const bytes = readEncapsulatedFrame(file, header, frame, limits.maxElements);
  const { encoding } = file.transferSyntax;
  if (encoding === 'rle') return { data: fromPacked(decodeRle(bytes, header), header, true), isLumaChroma };
  if (encoding === 'deflated-frames') return { data: fromPacked(inflateFrame(bytes, header), header), isLumaChroma };
  if (encoding === 'native' && !findStreamKind(bytes)) return { data: fromPacked(bytes.slice(), header), isLumaChroma };
  const samples = await decoder.decode(bytes, header);
  const { bitsStored, signed } = header;
  const data = finishSamples(samples.data, { bitsStored, highBit: bitsStored - 1, signed });
  const isStream = header.samples === 3 && !samples.isRgb && isStoredAsLumaChroma(header.photometric, samples.jpeg);
  return { data, isLumaChroma: isStream };
}

/** An encapsulated frame's own bytes, which are padded to an even length and, with one bit a pixel, to a whole byte. */
function fromPacked(bytes: Uint8Array, header: ImageHeader, isInterleaved = false): StoredArray {
  const count = header.rows * header.columns * header.samples;
  const size = Math.ceil((count * header.bitsAllocated) / 8);
  if (bytes.length < size) throw cutOff('the pixel data');
  if (header.bitsAllocated === 1) return unpackBits(bytes, 0, count, false);
  return fromBytes(bytes.subarray(0, size), isInterleaved ? { ...header, planar: false } : header);
}

function fromBytes(bytes: Uint8Array, header: ImageHeader): StoredArray {
  const { pixelType, bitsAllocated, samples, planar } = header;
  if (pixelType === 'float32') return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
  if (pixelType === 'float64') return new Float64Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 8);
  const values = asValues(bytes, bitsAllocated);
  if (bitsAllocated === 1) return values;
  return finishSamples(planar ? interleave(values, samples) : values, header);
}

function inflateFrame(bytes: Uint8Array, { rows, columns, samples, bitsAllocated }: ImageHeader): Uint8Array {
  const size = Math.ceil((rows * columns * samples * bitsAllocated) / 8);
  try {
    // An odd frame is padded by one byte.
    return plainBytes(inflateRawSync(bytes, { maxOutputLength: size + 1 })).slice();
  } catch (error) {
    if (isTooLong(error)) throw invalidImage('A deflated frame is larger than its header says: the file is damaged.');
    throw invalidImage('A deflated frame is damaged. Send the file again.', error);
  }
}

export function nameType(data: StoredArray): DataType {
  return data.constructor.name.replace('Array', '').toLowerCase() as DataType;
}
