import type { PointAnswer } from '../requests/analyze-query.js';

/** A point in words. */
export interface PointRow {
  readonly label: string;
  readonly colour: string;
  readonly facts: string;
  /** In image pixels; null for a point that is not there. */
  readonly point: { readonly x: number; readonly y: number } | null;
}

/** Places for a person, in mm where the file says how large its pixels are. */
export function describePoints(points: readonly PointAnswer[], nextColour: () => string): readonly PointRow[] {
  return points.map((one) => ({
    label: one.label,
    colour: nextColour(),
    facts: [sayPlace(one), ...(one.presence === null ? [] : [`presence ${one.presence.toFixed(2)}`])].join(' · '),
    point: one.point,
  }));
}

function sayPlace({ point, millimetres, absentBecause }: PointAnswer): string {
  if (!point) return absentBecause === 'OUTSIDE' ? 'outside of the image' : 'not in the image';
  const place = millimetres ?? point;
  return `x ${place.x.toFixed(1)}, y ${place.y.toFixed(1)} ${millimetres ? 'mm' : 'px'}`;
}
