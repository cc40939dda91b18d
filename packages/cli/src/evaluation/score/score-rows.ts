import type { Provenance } from '@medzoo/core';
import { describeError } from '../../describe-error.js';
import type { Row } from '../set/data-set.js';

export interface Scored {
  readonly row: Row;
  readonly provenance: Provenance;
}

export interface FailedRow {
  readonly id: string;
  readonly error: string;
}

export interface ScoredRows<S extends Scored> {
  readonly scores: readonly S[];
  readonly failed: readonly FailedRow[];
  /** Rows on which there was nothing to measure. */
  readonly skipped: number;
}

/** Told how many rows are done. */
export type OnProgress = (done: number, total: number) => void;

/** Scores each row; one that fails is reported by its id, and the others go on. */
export async function scoreRows<S extends Scored>(
  rows: readonly Row[],
  score: (row: Row) => Promise<S | undefined>,
  onProgress: OnProgress,
): Promise<ScoredRows<S>> {
  const scores: S[] = [];
  const failed: FailedRow[] = [];
  for (const [index, row] of rows.entries()) {
    try {
      const scored = await score(row);
      if (scored) scores.push(scored);
    } catch (error) {
      failed.push({ id: row.id, error: describeError(error) });
    }
    onProgress(index + 1, rows.length);
  }
  return { scores, failed, skipped: rows.length - scores.length - failed.length };
}
