import type { PixelSpacing } from '@medzoo/core/contract';
import { cross, dot, toVector, type FrameGeometry, type Vector } from '../describe/describe-geometry.js';

type Spacing = Pick<PixelSpacing, 'x' | 'y' | 'unit' | 'source'>;

/** What must be known of a slice to put it into a volume: a file's description, or that of one of its frames. */
export interface SeriesSlice {
  readonly rows: number;
  readonly columns: number;
  readonly spacing: Spacing | null;
  readonly geometry: FrameGeometry | null;
}

/** A stack of parallel slices at equal distances. */
export interface VolumeGeometry {
  /** Millimetres between columns, rows and slices. */
  readonly spacing: { readonly x: number; readonly y: number; readonly z: number };
  /** Centre of the first voxel, and unit vectors along columns, rows and slices; LPS millimetres. */
  readonly origin: Vector;
  readonly directions: { readonly x: Vector; readonly y: Vector; readonly z: Vector };
  readonly size: { readonly columns: number; readonly rows: number; readonly slices: number };
}

/** Why slices make no volume. */
export type SeriesFault =
  | 'empty'
  | 'no geometry'
  | 'no spacing'
  | 'mixed size'
  | 'mixed orientation'
  | 'mixed spacing'
  | 'duplicate position'
  | 'shifted slices'
  | 'gap';

export type OrderedSeries =
  | {
      readonly ok: true;
      /** Indices of the given slices, along the stack's normal. */
      readonly order: readonly number[];
      readonly volume: VolumeGeometry;
    }
  | {
      readonly ok: false;
      readonly fault: SeriesFault;
      /**
       * In a sentence, with the number of the slice that does not fit; slices are counted from 0 as they were given.
       */
      readonly reason: string;
      /** The best order there is: by position where all have one and the same orientation, else as given. */
      readonly order: readonly number[];
    };

/** Cosine of the largest angle between parallel slices: 0.25 degrees. */
const PARALLEL = Math.cos((0.25 * Math.PI) / 180);
/** Relative differences of spacing that writers' rounding makes. */
const SPACING_TOLERANCE = 1e-3;
/** Distances between slices may differ by this part of their median: positions are rounded to 0.1 mm and worse. */
const GAP_TOLERANCE = 0.05;

/**
 * Sorts slices by where they lie (never by file name or instance number) and checks that they make a volume: same size,
 * spacing and orientation, in line with the normal, at equal distances. Slice distance comes from positions, because
 * SliceThickness is another thing.
 */
export function orderSeries(slices: readonly SeriesSlice[]): OrderedSeries {
  const asGiven = slices.map((_, index) => index);
  const refuse = (fault: SeriesFault, reason: string, order: readonly number[] = asGiven): OrderedSeries => ({
    ok: false,
    fault,
    reason,
    order,
  });
  const [first] = slices;
  if (!first) return refuse('empty', 'There is no slice.');
  const lost = slices.findIndex(({ geometry }) => !geometry);
  if (lost >= 0 || !first.geometry) {
    const isAny = slices.some(({ geometry }) => geometry);
    const which = isAny ? `Slice ${lost} does not say` : 'No slice says';
    return refuse('no geometry', `${which} where in the patient it lies.`);
  }
  const { orientation } = first.geometry;
  const turned = slices.findIndex(({ geometry }) => !isParallel(geometry!, first.geometry!));
  if (turned >= 0) return refuse('mixed orientation', `Slice ${turned} is turned against slice 0.`);

  const normal = cross(orientation.row, orientation.column);
  const heights = slices.map(({ geometry }) => dot(geometry!.position, normal));
  const order = asGiven.toSorted((one, other) => heights[one]! - heights[other]!);
  const odd = slices.findIndex(({ rows, columns }) => rows !== first.rows || columns !== first.columns);
  if (odd >= 0) return refuse('mixed size', `Slice ${odd} has another size than slice 0.`, order);
  const { spacing } = first;
  const bare = slices.findIndex((slice) => slice.spacing?.unit !== 'mm');
  if (bare >= 0 || !spacing) return refuse('no spacing', `Slice ${bare} does not say how large a pixel is.`, order);
  const uneven = slices.findIndex((slice) => !isSameSpacing(slice.spacing!, spacing));
  if (uneven >= 0) return refuse('mixed spacing', `Slice ${uneven} has another pixel spacing than slice 0.`, order);

  const distances = order.slice(1).map((index, at) => heights[index]! - heights[order[at]!]!);
  const median = distances.toSorted((one, other) => one - other)[distances.length >> 1] ?? 0;
  const fault = checkDistances(distances, median, order) ?? checkInLine(slices, order, normal, spacing, median);
  if (fault) return refuse(fault.fault, fault.reason, order);
  const z = distances.length > 0 ? (heights[order.at(-1)!]! - heights[order[0]!]!) / distances.length : 0;
  return {
    ok: true,
    order,
    volume: {
      spacing: { x: spacing.x, y: spacing.y, z },
      origin: slices[order[0]!]!.geometry!.position,
      directions: { x: orientation.row, y: orientation.column, z: normal },
      size: { columns: first.columns, rows: first.rows, slices: slices.length },
    },
  };
}

function isParallel(one: FrameGeometry, other: FrameGeometry): boolean {
  return (
    dot(one.orientation.row, other.orientation.row) >= PARALLEL &&
    dot(one.orientation.column, other.orientation.column) >= PARALLEL
  );
}

function isSameSpacing(one: Spacing, other: Spacing): boolean {
  return (
    Math.abs(one.x - other.x) <= other.x * SPACING_TOLERANCE && Math.abs(one.y - other.y) <= other.y * SPACING_TOLERANCE
  );
}

interface Fault {
  readonly fault: SeriesFault;
  readonly reason: string;
}

function checkDistances(distances: readonly number[], median: number, order: readonly number[]): Fault | undefined {
  const same = distances.findIndex((distance) => distance < 1e-3);
  if (same >= 0) {
    const reason =
      `Slices ${order[same]!} and ${order[same + 1]!} lie at the same place: these may be several series or points ` +
      'in time.';
    return { fault: 'duplicate position', reason };
  }
  const gap = distances.findIndex((distance) => Math.abs(distance - median) > median * GAP_TOLERANCE);
  if (gap < 0) return undefined;
  const [found, usual] = [distances[gap]!.toFixed(2), median.toFixed(2)];
  const reason =
    `Between slices ${order[gap]!} and ${order[gap + 1]!} lie ${found} mm, between others ${usual} mm: slices are ` +
    'missing or uneven.';
  return { fault: 'gap', reason };
}

/** A stack whose slices move sideways (a tilted gantry) is no box, and a volume as one would be sheared. */
function checkInLine(
  slices: readonly SeriesSlice[],
  order: readonly number[],
  normal: Vector,
  spacing: Spacing,
  distance: number,
): Fault | undefined {
  const origin = slices[order[0]!]!.geometry!.position;
  const most = Math.max(spacing.x, spacing.y, distance * GAP_TOLERANCE);
  const shifted = order.find((index) => {
    const way = toVector(slices[index]!.geometry!.position.map((value, axis) => value - origin[axis]!));
    const along = dot(way, normal);
    return Math.hypot(...way.map((value, axis) => value - along * normal[axis]!)) > most;
  });
  if (shifted === undefined) return undefined;
  return {
    fault: 'shifted slices',
    reason: `Slice ${shifted} lies beside the others and not above them (a tilted gantry?).`,
  };
}
