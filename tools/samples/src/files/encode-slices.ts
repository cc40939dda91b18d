import { gzipSync } from 'node:zlib';
import type { Phantom } from '../phantom.js';

/**
 * Samples of medical formats: the brain slice at a third of its size, which is what examples of @medzoo/dicom and
 * @medzoo/nifti read.
 */
export const SLICE_FILES = {
  'brain-slice.dcm': encodeDicom,
  'brain-slice.nii.gz': encodeNifti,
} as const satisfies Record<string, (phantom: Phantom) => Uint8Array>;

const SHRINK = 3;
/** 12 bits, as scanners have. */
const LARGEST = 4095;
const SPACING_MM = 1.2;
/** Of a random UUID (PS3.5, B.2): the sample's instance, study, series and frame of reference are below it. */
const UID_ROOT = '2.25.184301592274912037463628394521';

interface Slice {
  readonly width: number;
  readonly height: number;
  readonly values: Uint16Array;
}

/** Means of 3 x 3 pixels. */
function shrink({ size, pixels }: Phantom): Slice {
  const width = Math.floor(size.width / SHRINK);
  const height = Math.floor(size.height / SHRINK);
  const values = new Uint16Array(width * height);
  for (let at = 0; at < values.length; at += 1) {
    let sum = 0;
    for (let part = 0; part < SHRINK * SHRINK; part += 1) {
      const row = Math.floor(at / width) * SHRINK + Math.floor(part / SHRINK);
      sum += pixels[row * size.width + (at % width) * SHRINK + (part % SHRINK)]!;
    }
    values[at] = Math.round((sum / (SHRINK * SHRINK)) * LARGEST);
  }
  return { width, height, values };
}

/** An MR image of nobody, in Explicit VR Little Endian. */
export function encodeDicom(phantom: Phantom): Uint8Array {
  const { width, height, values } = shrink(phantom);
  const short = (value: number): Buffer => Buffer.from(Uint16Array.of(value).buffer);
  const text = (value: string, padding = ' '): Buffer => Buffer.from(value.length % 2 === 0 ? value : value + padding);
  const mr = '1.2.840.10008.5.1.4.1.1.4';
  const elements = [
    element(0x0008, 0x0016, 'UI', text(mr, '\0')),
    element(0x0008, 0x0018, 'UI', text(`${UID_ROOT}.1`, '\0')),
    element(0x0008, 0x0060, 'CS', text('MR')),
    element(0x0018, 0x0015, 'CS', text('HEAD')),
    element(0x0020, 0x000d, 'UI', text(`${UID_ROOT}.2`, '\0')),
    element(0x0020, 0x000e, 'UI', text(`${UID_ROOT}.3`, '\0')),
    element(0x0020, 0x0032, 'DS', text(`-${(width * SPACING_MM) / 2}\\-${(height * SPACING_MM) / 2}\\0`)),
    element(0x0020, 0x0037, 'DS', text('1\\0\\0\\0\\1\\0')),
    element(0x0020, 0x0052, 'UI', text(`${UID_ROOT}.4`, '\0')),
    element(0x0028, 0x0002, 'US', short(1)),
    element(0x0028, 0x0004, 'CS', text('MONOCHROME2')),
    element(0x0028, 0x0010, 'US', short(height)),
    element(0x0028, 0x0011, 'US', short(width)),
    element(0x0028, 0x0030, 'DS', text(`${SPACING_MM}\\${SPACING_MM}`)),
    element(0x0028, 0x0100, 'US', short(16)),
    element(0x0028, 0x0101, 'US', short(12)),
    element(0x0028, 0x0102, 'US', short(11)),
    element(0x0028, 0x0103, 'US', short(0)),
    element(0x0028, 0x0301, 'CS', text('NO')),
    element(0x0028, 0x1050, 'DS', text('2048')),
    element(0x0028, 0x1051, 'DS', text('4096')),
    element(0x7fe0, 0x0010, 'OW', Buffer.from(values.buffer)),
  ];
  const meta = element(0x0002, 0x0010, 'UI', text('1.2.840.10008.1.2.1', '\0'));
  return Buffer.concat([Buffer.alloc(128), text('DICM'), meta, ...elements]);
}

/** PS3.5, 7.1.2: OW has a length of 32 bits, the others here of 16. */
function element(group: number, number: number, vr: string, value: Buffer): Buffer {
  const isLong = vr === 'OW';
  const header = Buffer.alloc(isLong ? 12 : 8);
  header.writeUInt16LE(group, 0);
  header.writeUInt16LE(number, 2);
  header.write(vr, 4, 'latin1');
  if (isLong) header.writeUInt32LE(value.length, 8);
  else header.writeUInt16LE(value.length, 6);
  return Buffer.concat([header, value]);
}

const NIFTI_HEADER_BYTES = 352;
const INT16 = 4;
const MILLIMETRES = 2;

/** The same slice as a volume of one, NIfTI-1 with an sform. */
export function encodeNifti(phantom: Phantom): Uint8Array {
  const { width, height, values } = shrink(phantom);
  const header = Buffer.alloc(NIFTI_HEADER_BYTES);
  header.writeInt32LE(348, 0);
  [3, width, height, 1, 1, 1, 1, 1].forEach((size, index) => header.writeInt16LE(size, 40 + index * 2));
  header.writeInt16LE(INT16, 70);
  header.writeInt16LE(16, 72);
  [1, SPACING_MM, SPACING_MM, 5].forEach((size, index) => header.writeFloatLE(size, 76 + index * 4));
  header.writeFloatLE(NIFTI_HEADER_BYTES, 108);
  header.writeUInt8(MILLIMETRES, 123);
  header.writeInt16LE(1, 254);
  // Columns run to the patient's left and rows to the back, as in the DICOM file: both against RAS.
  const rows = [-SPACING_MM, 0, 0, (width * SPACING_MM) / 2, 0, -SPACING_MM, 0, (height * SPACING_MM) / 2, 0, 0, 5, 0];
  rows.forEach((value, index) => header.writeFloatLE(value, 280 + index * 4));
  header.write('n+1\0', 344, 'latin1');
  return gzipSync(Buffer.concat([header, Buffer.from(values.buffer)]), { level: 9 });
}
