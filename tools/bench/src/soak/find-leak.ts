import { median } from '../statistics/percentile.js';

/** Growth below which a process that fills its caches and collects its garbage when it likes is said to stand still. */
const MAX_GROWTH = 0.1;
const MAX_GROWTH_BYTES = 40 * 2 ** 20;
/** Fewer say nothing. */
const LEAST_SAMPLES = 8;

/**
 * Whether memory grew from the second quarter of a run to its last, in words; the first quarter fills caches and is not
 * looked at. Undefined if it stood still, or if the run was too short to say.
 */
export function findLeak(what: string, bytes: readonly number[]): string | undefined {
  if (bytes.length < LEAST_SAMPLES) return undefined;
  const quarter = Math.floor(bytes.length / 4);
  const early = median(bytes.slice(quarter, 2 * quarter));
  const late = median(bytes.slice(-quarter));
  const growth = late - early;
  if (growth <= MAX_GROWTH_BYTES || growth <= early * MAX_GROWTH) return undefined;
  const toMegabytes = (value: number): string => `${Math.round(value / 2 ** 20)} MB`;
  return `${what} grew from ${toMegabytes(early)} in the second quarter to ${toMegabytes(late)} in the last`;
}
