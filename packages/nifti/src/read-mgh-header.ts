import { invalidImage, unsupported } from './refuse.js';
import type { Vector, Volume, VoxelType } from './volume.js';

/** FreeSurfer's MGH, always big endian: https://surfer.nmr.mgh.harvard.edu/fswiki/FsTutorial/MghFormat */
const DATA_OFFSET = 284;
const TYPES: Readonly<Record<number, VoxelType>> = {
  0: { name: 'uint8', bytes: 1 },
  1: { name: 'int32', bytes: 4 },
  3: { name: 'float32', bytes: 4 },
  4: { name: 'int16', bytes: 2 },
  10: { name: 'uint16', bytes: 2 },
};
const LARGEST_SIDE = 65_536;

/** There is no magic number: a version of 1, four plausible sizes and a known type have to do. */
export function isMgh(start: Uint8Array): boolean {
  if (start.length < DATA_OFFSET) return false;
  const view = new DataView(start.buffer, start.byteOffset, start.byteLength);
  const sizes = [4, 8, 12, 16].map((at) => view.getInt32(at));
  return (
    view.getInt32(0) === 1 && sizes.every((size) => size >= 1 && size <= LARGEST_SIDE) && view.getInt32(20) in TYPES
  );
}

/** goodRASFlag: whether spacing and directions stand in the header. */
export function isPlaced(start: Uint8Array): boolean {
  return new DataView(start.buffer, start.byteOffset, start.byteLength).getInt16(28) === 1;
}

export function readMghHeader(start: Uint8Array): Volume {
  if (!isMgh(start)) throw invalidImage('The header of this MGH file is damaged. Send it again.');
  const view = new DataView(start.buffer, start.byteOffset, start.byteLength);
  const type = TYPES[view.getInt32(20)];
  if (!type) throw unsupported('Voxels of this type are not read. Convert them to floats of 32 bits.');
  const size: Vector = [view.getInt32(4), view.getInt32(8), view.getInt32(12)];
  const placed = isPlaced(start);
  const floats = (at: number): Vector => [view.getFloat32(at), view.getFloat32(at + 4), view.getFloat32(at + 8)];
  const spacing: Vector = placed ? floats(30) : [1, 1, 1];
  // Where it is not placed, FreeSurfer takes it for coronal slices around the origin.
  const directions: readonly Vector[] = placed
    ? [floats(42), floats(54), floats(66)]
    : [
        [-1, 0, 0],
        [0, 0, -1],
        [0, 1, 0],
      ];
  const centre: Vector = placed ? floats(78) : [0, 0, 0];
  const steps = directions.map((direction, axis) => scaled(direction, spacing[axis]!)) as [Vector, Vector, Vector];
  const origin = centre.map((value, axis) =>
    steps.reduce((left, step, along) => left - (step[axis]! * size[along]!) / 2, value),
  ) as [number, number, number];
  const isUsable =
    [...origin, ...steps.flat()].every(Number.isFinite) && steps.every((step) => Math.hypot(...step) > 0);
  return {
    format: 'mgh',
    version: 1,
    littleEndian: false,
    size,
    volumes: view.getInt32(16),
    type,
    offset: DATA_OFFSET,
    slope: 1,
    intercept: 0,
    display: null,
    spacing,
    hasUnit: true,
    affine: isUsable ? { steps, origin } : null,
    sliceAxis: 2,
  };
}

function scaled([x, y, z]: Vector, factor: number): Vector {
  return [x * factor, y * factor, z * factor];
}
