/** A tiny writer of NIfTI-1 files, for tests. */
export interface Written {
  readonly size: readonly number[];
  readonly code: number;
  readonly values: Uint8Array;
  readonly littleEndian?: boolean;
  /** Rows of the sform, or none. */
  readonly sform?: readonly (readonly number[])[];
  readonly quaternion?: readonly [number, number, number];
  readonly pixdim?: readonly number[];
  readonly units?: number;
  readonly slope?: number;
  readonly intercept?: number;
  readonly display?: readonly [number, number];
  readonly text?: string;
}

const HEADER_BYTES = 352;

export function writeNifti(written: Written): Uint8Array {
  const { size, code, values, littleEndian = true, sform, quaternion, pixdim = [1, 1, 1, 1], units = 2 } = written;
  const bytes = new Uint8Array(HEADER_BYTES + values.length);
  const view = new DataView(bytes.buffer);
  const short = (at: number, value: number): void => view.setInt16(at, value, littleEndian);
  const float = (at: number, value: number): void => view.setFloat32(at, value, littleEndian);
  view.setInt32(0, 348, littleEndian);
  [size.length, ...size].forEach((value, index) => short(40 + index * 2, value));
  short(70, code);
  pixdim.forEach((value, index) => float(76 + index * 4, value));
  float(108, HEADER_BYTES);
  float(112, written.slope ?? 0);
  float(116, written.intercept ?? 0);
  view.setUint8(123, units);
  float(124, written.display?.[1] ?? 0);
  float(128, written.display?.[0] ?? 0);
  for (const at of [148, 228, 328]) bytes.set(new TextEncoder().encode(written.text ?? '').subarray(0, 16), at);
  short(252, quaternion ? 1 : 0);
  short(254, sform ? 1 : 0);
  (quaternion ?? []).forEach((value, index) => float(256 + index * 4, value));
  (sform ?? []).flat().forEach((value, index) => float(280 + index * 4, value));
  bytes.set(new TextEncoder().encode('n+1\0'), 344);
  bytes.set(values, HEADER_BYTES);
  return bytes;
}

/** i to the right, j to the front, k to the head: RAS. */
export const RAS = [
  [2, 0, 0, 10],
  [0, 3, 0, 20],
  [0, 0, 4, 30],
];
/** 2 x 3 x 2 voxels, numbered in the order of the file, twice. */
export const NUMBERS = Uint8Array.from({ length: 24 }, (_, index) => index * 10);
export const WRITTEN: Written = { size: [2, 3, 2, 2], code: 2, values: NUMBERS, sform: RAS };
