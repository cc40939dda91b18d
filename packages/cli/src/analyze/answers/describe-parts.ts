import { styleText } from 'node:util';
import {
  findPixelSize,
  formatQuantity,
  type Keypoint,
  type MultilabelAnswer,
  type PixelSpacing,
  type PredictedQuantity,
} from '@medzoo/core';
import { formatPercent } from '../../terminal/format.js';

/** A number with its unit, and where the true one lies. */
export function describeValue({ label, value, unit, interval }: PredictedQuantity): string {
  const range = interval
    ? `  ${formatQuantity(interval.lower, unit)} to ${formatQuantity(interval.upper, unit)} ` +
      `(${formatPercent(interval.coverage)} interval)`
    : '';
  return `${label} ${styleText('cyan', formatQuantity(value, unit))}${styleText('dim', range)}`;
}

/** A point's place in image pixels and, where the file says how large they are, in mm from the image's corner. */
export function describePoint(
  { label, point, presence, absentBecause }: Keypoint,
  spacing: PixelSpacing | null,
): string {
  const present = presence === undefined ? '' : styleText('dim', `  presence ${presence.toFixed(2)}`);
  if (!point) {
    const why = absentBecause === 'outside' ? 'outside of the image' : 'absent';
    return `${label} ${styleText('dim', why)}${present}`;
  }
  const size = findPixelSize(spacing, point);
  const inMm = size ? `  ${formatPlace(point.x * size.x, point.y * size.y)} mm` : '';
  return `${label} ${styleText('cyan', `${formatPlace(point.x, point.y)} px`)}${inMm}${present}`;
}

function formatPlace(x: number, y: number): string {
  return `x ${x.toFixed(1)}, y ${y.toFixed(1)}`;
}

/** The labels that an image has, and those that it does not have. */
export function describeLabels({ labels, scores }: MultilabelAnswer): string {
  const sayAll = (isPresent: boolean): string =>
    scores
      .filter(({ label }) => labels.includes(label) === isPresent)
      .map(({ label, probability }) => `${label} ${formatPercent(probability)}`)
      .join(', ');
  const [present, absent] = [sayAll(true), sayAll(false)];
  return `${styleText('cyan', present || 'none of its labels')}${styleText('dim', absent && `, not ${absent}`)}`;
}
