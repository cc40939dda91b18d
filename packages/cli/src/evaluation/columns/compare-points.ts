import { findPixelSize } from '@medzoo/core';
import { CommandError } from '../../command-error.js';
import type { Statistic, Statistics } from '../../statistics/bootstrap.js';
import { mean } from '../../statistics/summary.js';
import { measure, type Metrics } from '../report/metrics.js';
import { comparisonsOf, type ColumnRules, type ColumnScore } from './column-rules.js';
import { readCells } from './read-cells.js';

interface PointComparison {
  /** In image pixels; undefined for a point that the head calls absent, where the set has one. */
  readonly px: number | undefined;
  /** Undefined also where nobody says how large a pixel is. */
  readonly mm: number | undefined;
  /** As a share of the image's diagonal. */
  readonly share: number | undefined;
}

/** A point counts as found within this share of the image's diagonal. */
const NEAR = 0.05;

type Score = ColumnScore<PointComparison>;

/**
 * Over all points, and of each label: the mean distance in image pixels and, where pixel sizes are known for all
 * images, in mm; `pck_5`, the share of true points that are found within 5 % of the image's diagonal (PCK); and
 * `missed`, the share that the head calls absent.
 */
export const pointRules: ColumnRules<'keypoints', PointComparison> = {
  compare({ answer, provenance }, label, row, columns) {
    const [x, y] = readCells(row, columns) ?? [];
    if (x === undefined || y === undefined) return undefined;
    const { width, height } = provenance.image;
    checkInside(columns, [x, y], [width, height]);
    const point = answer.points.find((one) => one.label === label)?.point;
    if (!point) return { px: undefined, mm: undefined, share: undefined };
    const size = row.pixelSize ?? findPixelSize(provenance.view.spacing, point);
    const px = Math.hypot(point.x - x, point.y - y);
    return {
      px,
      mm: size && Math.hypot((point.x - x) * size.x, (point.y - y) * size.y),
      share: px / Math.hypot(width, height),
    };
  },
  measure(scores, labels, seed) {
    const all = measurePoints(scores, labels, '', seed);
    if (labels.length === 1) return all;
    return Object.assign(all, ...labels.map((label) => measurePoints(scores, [label], `_${label}`, seed))) as Metrics;
  },
};

/** As training refuses it: a place outside of its image, such as -1 for a point that is not there, is none. */
function checkInside(
  columns: readonly string[],
  place: readonly [number, number],
  size: readonly [number, number],
): void {
  for (const [axis, value] of place.entries()) {
    if (value >= 0 && value <= size[axis]!) continue;
    throw new CommandError(
      `It has ${value} in the column ${columns[axis]!}, and the image goes from 0 to ${size[axis]!} pixels there. ` +
        'Mend that row, or leave the cell empty where the place is not in the image.',
    );
  }
}

function measurePoints(scores: readonly Score[], labels: readonly string[], suffix: string, seed: number): Metrics {
  const pointsOf = (drawn: readonly Score[]): PointComparison[] =>
    labels.flatMap((label) => comparisonsOf(drawn, label));
  const found = pointsOf(scores).filter(({ px }) => px !== undefined);
  const shareOf =
    (isSo: (one: PointComparison) => boolean): Statistic<Score> =>
    (drawn) =>
      mean(pointsOf(drawn).map((one) => (isSo(one) ? 1 : 0)));
  const meanOf =
    (unit: 'px' | 'mm'): Statistic<Score> =>
    (drawn) =>
      mean(
        pointsOf(drawn)
          .map((one) => one[unit])
          .filter((distance) => distance !== undefined),
      );
  const near = shareOf(({ share }) => share !== undefined && share <= NEAR);
  const missed = shareOf(({ px }) => px === undefined);
  const hasMm = found.length > 0 && found.every(({ mm }) => mm !== undefined);
  const statistics: Statistics<Score> = {
    [`mean_distance_px${suffix}`]: meanOf('px'),
    ...(hasMm && { [`mean_distance_mm${suffix}`]: meanOf('mm') }),
    [`pck_5${suffix}`]: near,
    [`missed${suffix}`]: missed,
  };
  const shares = { [`pck_5${suffix}`]: [near], [`missed${suffix}`]: [missed] };
  const count = (name: string): number => (name.startsWith('mean') ? found.length : pointsOf(scores).length);
  return measure(scores, statistics, { seed, shares, count });
}
