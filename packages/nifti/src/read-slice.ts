import type { StoredArray } from '@medzoo/core/contract';
import type { Axis } from './choose-grid.js';
import type { Volume, VoxelType } from './volume.js';

/** One slice's voxels as they are stored, before slope and intercept. */
export interface StoredSlice {
  /** [rows, columns, samples], row-major. */
  readonly data: StoredArray;
  /** Integers of 64 bits come as float64, which is exact up to 2^53. */
  readonly dtype: 'uint8' | 'int8' | 'uint16' | 'int16' | 'uint32' | 'int32' | 'float32' | 'float64';
  readonly rows: number;
  readonly columns: number;
  readonly samples: 1 | 3;
}

type Name = VoxelType['name'];

const ARRAYS = {
  uint8: Uint8Array,
  int8: Int8Array,
  uint16: Uint16Array,
  int16: Int16Array,
  uint32: Uint32Array,
  int32: Int32Array,
  int64: Float64Array,
  uint64: Float64Array,
  float32: Float32Array,
  float64: Float64Array,
} as const;

const READERS: Readonly<
  Record<Exclude<Name, 'rgb24' | 'rgba32'>, (view: DataView, at: number, little: boolean) => number>
> = {
  uint8: (view, at) => view.getUint8(at),
  int8: (view, at) => view.getInt8(at),
  uint16: (view, at, little) => view.getUint16(at, little),
  int16: (view, at, little) => view.getInt16(at, little),
  uint32: (view, at, little) => view.getUint32(at, little),
  int32: (view, at, little) => view.getInt32(at, little),
  int64: (view, at, little) => Number(view.getBigInt64(at, little)),
  uint64: (view, at, little) => Number(view.getBigUint64(at, little)),
  float32: (view, at, little) => view.getFloat32(at, little),
  float64: (view, at, little) => view.getFloat64(at, little),
};

/** Slice `index` along `axis` of one volume; columns follow the first of the other two axes, rows the second. */
export function readSlice(
  bytes: Uint8Array,
  volume: Volume,
  axis: Axis,
  index: number,
  volumeIndex: number,
): StoredSlice {
  const { size, type, offset, littleEndian } = volume;
  const [across, down] = ([0, 1, 2] as const).filter((one) => one !== axis);
  const columns = size[across!];
  const rows = size[down!];
  const strides = [1, size[0], size[0] * size[1]].map((stride) => stride * type.bytes);
  const start = offset + volumeIndex * size[0] * size[1] * size[2] * type.bytes + index * strides[axis]!;
  const placeOf = (row: number, column: number): number => start + row * strides[down!]! + column * strides[across!]!;
  if (type.name === 'rgb24' || type.name === 'rgba32') {
    const data = new Uint8Array(rows * columns * 3);
    for (let row = 0, to = 0; row < rows; row += 1) {
      for (let column = 0; column < columns; column += 1, to += 3) {
        const at = placeOf(row, column);
        data.set(bytes.subarray(at, at + 3), to);
      }
    }
    return { data, dtype: 'uint8', rows, columns, samples: 3 };
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const read = READERS[type.name];
  const data = new ARRAYS[type.name](rows * columns);
  for (let row = 0, to = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1, to += 1)
      data[to] = read(view, placeOf(row, column), littleEndian);
  }
  const dtype = type.name === 'int64' || type.name === 'uint64' ? 'float64' : type.name;
  return { data, dtype, rows, columns, samples: 1 };
}
