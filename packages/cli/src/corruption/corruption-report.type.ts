import type { Metrics } from '../evaluation/report/metrics.js';
import type { Report } from '../evaluation/report/report.type.js';

/** What an evaluation on corrupted images found, as data; it holds no date. */
export interface CorruptionReport extends Pick<
  Report,
  | 'medzoo'
  | 'head'
  | 'dataset'
  | 'split'
  | 'target'
  | 'prompt'
  | 'n'
  | 'n_failed'
  | 'n_groups'
  | 'excluded_labels'
  | 'seed'
  | 'digests'
  | 'models'
  | 'precisions'
  | 'failed'
> {
  readonly task: 'segmentation' | 'classification';
  /** Of the images as they are. */
  readonly clean: Metrics;
  /** By corruption. */
  readonly corruptions: Readonly<Record<string, Metrics>>;
}
