import type { DicomLimits } from '../limits.js';
import type { DataSet, Element, ParsedFile } from '../parse/data-set.js';
import { readCode, readDecimals, readNumbers, readUint16 } from '../parse/read-values.js';
import { imageKind, nameWithoutPicture, type ImageKind } from '../parse/sop-classes.js';
import { invalidImage, tooLarge, unsupported } from '../refuse.js';
import { withoutPicture } from './without-picture.js';
import { countOf } from '@medzoo/core/contract';

/** The Image Pixel module (PS3.3, C.7.6.3), checked against the limits: what every decoder needs to know. */
export interface ImageHeader {
  readonly kind: ImageKind;
  readonly sopClass: string | undefined;
  readonly rows: number;
  readonly columns: number;
  readonly frames: number;
  readonly samples: number;
  readonly photometric: string;
  /** For native colour: samples of a pixel together (0), or planes (1). */
  readonly planar: boolean;
  readonly bitsAllocated: number;
  readonly bitsStored: number;
  readonly highBit: number;
  readonly signed: boolean;
  /** Float and double pixels have elements of their own. */
  readonly pixelType: 'integer' | 'float32' | 'float64';
  readonly pixelData: Element;
}

const PIXEL_TAGS = { integer: 'x7fe00010', float32: 'x7fe00008', float64: 'x7fe00009' } as const;
const BITS_ALLOCATED = [1, 8, 16, 32];
const PHOTOMETRIC_SAMPLES: Readonly<Record<string, number>> = {
  MONOCHROME1: 1,
  MONOCHROME2: 1,
  'PALETTE COLOR': 1,
  RGB: 3,
  YBR_FULL: 3,
  YBR_FULL_422: 3,
  YBR_ICT: 3,
  YBR_RCT: 3,
  XYB: 3,
};
/** The only syntaxes in which XYB may be: their decoder makes RGB of it. */
const JPEG_XL = /\.4\.11[0-2]$/;

/**
 * Throws UNSUPPORTED_FORMAT for what holds no picture or none that is read, INVALID_IMAGE and IMAGE_TOO_LARGE for the
 * rest.
 */
export function readImageHeader({ dataSet, transferSyntax }: ParsedFile, limits: DicomLimits): ImageHeader {
  const sopClass = readCode(dataSet, 'x00080016') ?? readCode(dataSet, 'x00020002');
  refuseWithoutPicture(dataSet, sopClass);
  if (transferSyntax.encoding === 'refused') {
    const advice = 'Convert the file to an uncompressed or JPEG syntax, or export single frames.';
    throw unsupported(`The transfer syntax ${transferSyntax.name} is not read. ${advice}`, {
      transferSyntax: transferSyntax.uid,
    });
  }
  const { pixelType, pixelData } = findPixelData(dataSet);
  const rows = readUint16(dataSet, 'x00280010', 'Rows');
  const columns = readUint16(dataSet, 'x00280011', 'Columns');
  if (rows === 0 || columns === 0) throw invalidImage('Rows and Columns must be at least 1; one of them is 0.');
  if (rows * columns > limits.maxPixels) {
    throw tooLarge('pixels a frame', limits.maxPixels, rows * columns, 'maxPixels');
  }
  const frames = readFrames(dataSet, limits);
  const depth = pixelType === 'integer' ? readDepth(dataSet) : floatDepth(pixelType);
  const photometric = readCode(dataSet, 'x00280004') ?? 'MONOCHROME2';
  const samples = readSamples(dataSet, photometric);
  if (photometric === 'XYB' && !JPEG_XL.test(transferSyntax.uid)) {
    throw invalidImage('PhotometricInterpretation is XYB, which there is in JPEG XL alone. Correct it in the file.');
  }
  const planar = samples > 1 && readNumbers(dataSet, 'x00280006', 'uint16')[0] === 1;
  const kind = imageKind(sopClass);
  return { kind, sopClass, rows, columns, frames, samples, photometric, planar, ...depth, pixelType, pixelData };
}

function refuseWithoutPicture(dataSet: DataSet, sopClass: string | undefined): void {
  const name =
    nameWithoutPicture(sopClass) ??
    (dataSet.elements.x00041220 ? nameWithoutPicture('1.2.840.10008.1.3.10') : undefined);
  if (name === undefined) return;
  throw withoutPicture(`This DICOM file is ${name}. Send a file that holds an image.`, sopClass);
}

function findPixelData(dataSet: DataSet): Pick<ImageHeader, 'pixelType' | 'pixelData'> {
  for (const pixelType of ['integer', 'float32', 'float64'] as const) {
    const pixelData = dataSet.elements[PIXEL_TAGS[pixelType]];
    if (pixelData) return { pixelType, pixelData };
  }
  if (dataSet.elements.x00287fe0)
    throw unsupported('The pixels of this file lie on another server (Pixel Data Provider URL).');
  if (dataSet.elements.x00280010) {
    throw invalidImage('This DICOM file says how large its image is and ends without pixels. Send the whole file.');
  }
  throw withoutPicture('This DICOM file has no pixel data. Send a file that holds an image.');
}

/** An empty NumberOfFrames means one; one that is no number means that the file cannot be trusted. */
function readFrames(dataSet: DataSet, { maxFrames }: DicomLimits): number {
  const [declared = Number.NaN] = readDecimals(dataSet, 'x00280008');
  const isEmpty = (dataSet.elements.x00280008?.length ?? 0) === 0 || dataSet.string('x00280008')?.trim() === '';
  const frames = isEmpty ? 1 : declared;
  if (!Number.isInteger(frames) || frames < 1) throw invalidImage('NumberOfFrames must be an integer of at least 1.');
  if (frames > maxFrames) throw tooLarge('frames', maxFrames, frames, 'maxFrames');
  return frames;
}

type Depth = Pick<ImageHeader, 'bitsAllocated' | 'bitsStored' | 'highBit' | 'signed'>;

function readDepth(dataSet: DataSet): Depth {
  const bitsAllocated = readUint16(dataSet, 'x00280100', 'BitsAllocated');
  if (!BITS_ALLOCATED.includes(bitsAllocated)) {
    throw unsupported(`BitsAllocated must be one of ${BITS_ALLOCATED.join(', ')}; it is ${bitsAllocated}.`, {
      bitsAllocated,
    });
  }
  const bitsStored = readNumbers(dataSet, 'x00280101', 'uint16')[0] ?? bitsAllocated;
  if (bitsStored < 1 || bitsStored > bitsAllocated) {
    throw invalidImage(`BitsStored must be 1 to ${bitsAllocated} (BitsAllocated); it is ${bitsStored}.`);
  }
  const declared = readNumbers(dataSet, 'x00280102', 'uint16')[0];
  const highBit =
    declared !== undefined && declared < bitsAllocated ? Math.max(declared, bitsStored - 1) : bitsStored - 1;
  const signed = readNumbers(dataSet, 'x00280103', 'uint16')[0] === 1;
  return { bitsAllocated, bitsStored, highBit, signed };
}

function floatDepth(pixelType: 'float32' | 'float64'): Depth {
  const bits = pixelType === 'float32' ? 32 : 64;
  return { bitsAllocated: bits, bitsStored: bits, highBit: bits - 1, signed: true };
}

function readSamples(dataSet: DataSet, photometric: string): number {
  const expected = PHOTOMETRIC_SAMPLES[photometric];
  if (expected === undefined) {
    const names = Object.keys(PHOTOMETRIC_SAMPLES).join(', ');
    throw unsupported(`PhotometricInterpretation must be one of ${names}; this file has another one. Convert it.`);
  }
  const samples = readNumbers(dataSet, 'x00280002', 'uint16')[0] ?? expected;
  if (samples !== expected) {
    throw invalidImage(`${photometric} has ${countOf(expected, 'sample')} a pixel; this file declares ${samples}.`);
  }
  return samples;
}
