import type { Vector, Volume } from './volume.js';

export type Axis = 0 | 1 | 2;
export type Plane = 'axial' | 'coronal' | 'sagittal';

/** Which voxel axis runs along a side of the picture, and whether it runs backwards. */
export interface GridAxis {
  readonly axis: Axis;
  readonly flipped: boolean;
}

/** How slices of a volume become pictures. */
export interface Grid {
  /** The voxel axis that is walked from slice to slice. */
  readonly slice: Axis;
  /**
   * Whether that axis runs against the normal of the pictures: their columns' direction crossed with their rows'. False
   * where the header does not place the volume.
   */
  readonly reversed: boolean;
  readonly columns: GridAxis;
  readonly rows: GridAxis;
  /**
   * Nearest plane of the body; null where the header does not place the volume, and voxels are shown as they are
   * stored.
   */
  readonly plane: Plane | null;
}

/**
 * For slices along x, y and z of space: which axis of space columns and rows follow. Both run towards its negative end.
 */
const VIEWS = [
  { plane: 'sagittal', columns: 1, rows: 2 },
  { plane: 'coronal', columns: 0, rows: 2 },
  { plane: 'axial', columns: 0, rows: 1 },
] as const;

const PERMUTATIONS = [
  [0, 1, 2],
  [0, 2, 1],
  [1, 0, 2],
  [1, 2, 0],
  [2, 0, 1],
  [2, 1, 0],
] as const;

/**
 * The pictures that a viewer of DICOM shows: the patient's left on the right side, front up in axial slices, head up in
 * the others. Voxels are turned by whole quarters and mirrored, never interpolated.
 */
export function chooseGrid({ affine, sliceAxis }: Volume, asked: Axis | Plane | undefined): Grid {
  const order =
    affine && PERMUTATIONS.reduce((best, one) => (fit(affine.steps, one) > fit(affine.steps, best) ? one : best));
  if (!affine || !order) {
    const slice = typeof asked === 'number' ? asked : sliceAxis;
    const [columns, rows] = ([0, 1, 2] as const).filter((axis) => axis !== slice);
    const [across, down] = [columns!, rows!].map((axis): GridAxis => ({ axis, flipped: false }));
    return { slice, reversed: false, columns: across!, rows: down!, plane: null };
  }
  const space = typeof asked === 'string' ? VIEWS.findIndex(({ plane }) => plane === asked) : order[asked ?? sliceAxis];
  const view = VIEWS[space]!;
  const along = (direction: number): GridAxis => {
    const axis = order.indexOf(direction as Axis) as Axis;
    return { axis, flipped: affine.steps[axis][direction]! > 0 };
  };
  const [slice, columns, rows] = [along(space).axis, along(view.columns), along(view.rows)];
  return { slice, reversed: isReversed(affine.steps, slice, columns, rows), columns, rows, plane: view.plane };
}

function isReversed(steps: readonly Vector[], slice: Axis, columns: GridAxis, rows: GridAxis): boolean {
  const [[a, b, c], [x, y, z], [i, j, k]] = [steps[columns.axis]!, steps[rows.axis]!, steps[slice]!];
  const along = (b * z - c * y) * i + (c * x - a * z) * j + (a * y - b * x) * k;
  return along < 0 !== (columns.flipped !== rows.flipped);
}

/** How well voxel axes follow the axes of space that a permutation gives them: sum of cosines. */
function fit(steps: readonly Vector[], order: readonly Axis[]): number {
  return steps.reduce((sum, step, axis) => sum + Math.abs(step[order[axis]!]) / Math.hypot(...step), 0);
}
