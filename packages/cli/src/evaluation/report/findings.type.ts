import type { HeadDescription } from '@medzoo/core';
import type { Report } from './report.type.js';
import type { Scored, ScoredRows } from '../score/score-rows.js';

/** What an evaluation of either task found; the rest of a report is the same for both. */
export interface Findings
  extends
    Pick<ScoredRows<Scored>, 'scores' | 'failed'>,
    Pick<Report, 'target' | 'prompt' | 'n_empty' | 'n_refused' | 'metrics' | 'labels'> {
  /** Those of the scores that the metrics are of: a head may refuse images that are out of its domain. */
  readonly answered: readonly Scored[];
  readonly head: HeadDescription;
  /** Why this head and target, for the terminal. */
  readonly because: string;
  readonly warnings: readonly string[];
}
