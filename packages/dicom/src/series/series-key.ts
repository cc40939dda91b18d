import { createHash } from 'node:crypto';
import type { DataSet } from '../parse/data-set.js';
import { readCode } from '../parse/read-values.js';

/** SeriesInstanceUID and FrameOfReferenceUID. */
const TAGS = ['x0020000e', 'x00200052'] as const;

/**
 * A digest that two files share if they are of one series and frame of reference; null where the file does not name its
 * series. It tells files apart and says nothing of a patient, but whoever has the file's UIDs can compute it: keep it
 * in memory and print it nowhere.
 */
export function findSeriesKey(dataSet: DataSet): string | null {
  const uids = TAGS.map((tag) => readCode(dataSet, tag) ?? '');
  if (uids[0] === '') return null;
  return createHash('sha256').update(uids.join('\n')).digest('hex').slice(0, 32);
}
