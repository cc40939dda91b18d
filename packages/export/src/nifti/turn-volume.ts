import type { VoxelGrid } from '@medzoo/core/contract';
import type { Vector } from '../source/plane.js';
import type { Affine } from './header.js';

/** A volume of bytes, and where its voxels lie. */
export interface PlacedVolume {
  /** Voxels along the three axes, of which the first changes fastest. */
  readonly shape: Vector;
  /** mm between neighbours along each of them. */
  readonly spacing: Vector;
  /** The first three rows of the affine from indices to RAS millimetres. */
  readonly affine: readonly [Affine, Affine, Affine];
  readonly voxels: Uint8Array;
}

/**
 * Turns a volume of pictures (columns, rows, slices) into the axes of the file that they were cut from, so that its
 * voxels have the indices of the file's. Each voxel stays where it is in the patient.
 */
export function turnVolume({ shape, spacing, affine, voxels }: PlacedVolume, grid: VoxelGrid): PlacedVolume {
  const from = [0, 1, 2].map((axis) => [grid.columns.axis, grid.rows.axis, grid.slice].indexOf(axis as 0 | 1 | 2));
  const isBackwards = [grid.columns.flipped, grid.rows.flipped, grid.reversed];
  const pick = (values: Vector): Vector => [values[from[0]!]!, values[from[1]!]!, values[from[2]!]!];
  const turnRow = (row: Affine): Affine => {
    const step = (axis: number): number => row[axis]! * (isBackwards[axis] ? -1 : 1);
    const origin = [0, 1, 2].reduce(
      (sum, axis) => sum + (isBackwards[axis] ? row[axis]! * (shape[axis]! - 1) : 0),
      row[3],
    );
    return [step(from[0]!), step(from[1]!), step(from[2]!), origin];
  };
  return {
    shape: pick(shape),
    spacing: pick(spacing),
    affine: [turnRow(affine[0]), turnRow(affine[1]), turnRow(affine[2])],
    voxels: turnVoxels(voxels, shape, pick([0, 1, 2]), isBackwards),
  };
}

function turnVoxels(voxels: Uint8Array, shape: Vector, from: Vector, isBackwards: readonly boolean[]): Uint8Array {
  const strides = [1, shape[0], shape[0] * shape[1]];
  const first = strides.reduce((sum, stride, axis) => sum + (isBackwards[axis] ? stride * (shape[axis]! - 1) : 0), 0);
  const [a, b, c] = from.map((axis) => ({ length: shape[axis]!, step: strides[axis]! * (isBackwards[axis] ? -1 : 1) }));
  const turned = new Uint8Array(voxels.length);
  let to = 0;
  for (let k = 0; k < c!.length; k += 1) {
    for (let j = 0; j < b!.length; j += 1) {
      let at = first + k * c!.step + j * b!.step;
      for (let i = 0; i < a!.length; i += 1, to += 1, at += a!.step) turned[to] = voxels[at]!;
    }
  }
  return turned;
}
