/** A 3-vector; in space, millimetres to the right, to the front, to the head (RAS) as NIfTI counts them. */
export type Vector = readonly [number, number, number];

/** How a voxel is stored. */
export interface VoxelType {
  readonly name:
    | 'uint8'
    | 'int8'
    | 'uint16'
    | 'int16'
    | 'uint32'
    | 'int32'
    | 'int64'
    | 'uint64'
    | 'float32'
    | 'float64'
    | 'rgb24'
    | 'rgba32';
  readonly bytes: number;
}

/** A header's facts, the same for NIfTI-1, NIfTI-2 and MGH. */
export interface Volume {
  readonly format: 'nifti' | 'mgh';
  readonly version: number;
  readonly littleEndian: boolean;
  /** Voxels along i, j and k. */
  readonly size: Vector;
  /** Points in time and whatever else is stored behind one volume. */
  readonly volumes: number;
  readonly type: VoxelType;
  /** Where voxels begin, in the inflated file. */
  readonly offset: number;
  /** Value = stored * slope + intercept. */
  readonly slope: number;
  readonly intercept: number;
  /** What the header says should be black and white, if it says so. */
  readonly display: { readonly low: number; readonly high: number } | null;
  /** Millimetres along i, j and k. */
  readonly spacing: Vector;
  /** Whether the header names the unit of its sizes; millimetres are what everybody assumes where it does not. */
  readonly hasUnit: boolean;
  /**
   * Steps in RAS millimetres along i, j and k, and the centre of the first voxel; null where the header places it
   * nowhere.
   */
  readonly affine: { readonly steps: readonly [Vector, Vector, Vector]; readonly origin: Vector } | null;
  /** The axis along which slices were taken: 0, 1 or 2. */
  readonly sliceAxis: 0 | 1 | 2;
}

const TYPES: Readonly<Record<number, VoxelType>> = {
  2: { name: 'uint8', bytes: 1 },
  4: { name: 'int16', bytes: 2 },
  8: { name: 'int32', bytes: 4 },
  16: { name: 'float32', bytes: 4 },
  64: { name: 'float64', bytes: 8 },
  128: { name: 'rgb24', bytes: 3 },
  256: { name: 'int8', bytes: 1 },
  512: { name: 'uint16', bytes: 2 },
  768: { name: 'uint32', bytes: 4 },
  1024: { name: 'int64', bytes: 8 },
  1280: { name: 'uint64', bytes: 8 },
  2304: { name: 'rgba32', bytes: 4 },
};
const REFUSED: Readonly<Record<number, string>> = {
  1: 'single bits',
  32: 'complex numbers of 64 bits',
  1536: 'floats of 128 bits',
  1792: 'complex numbers of 128 bits',
  2048: 'complex numbers of 256 bits',
};

/** By NIfTI's code; a name where it is one that is not read. */
export function voxelType(code: number): VoxelType | string {
  return TYPES[code] ?? REFUSED[code] ?? `type ${code}`;
}
