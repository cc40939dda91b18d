import type { Metric, Metrics } from '../evaluation/report/metrics.js';
import type { Report } from '../evaluation/report/report.type.js';

/** What a head says of the kind of images in a folder, as data; it holds no date. */
export interface DomainReport extends Pick<
  Report,
  | 'medzoo'
  | 'head'
  | 'task'
  | 'dataset'
  | 'split'
  | 'n'
  | 'n_failed'
  | 'n_groups'
  | 'seed'
  | 'digests'
  | 'models'
  | 'precisions'
  | 'failed'
> {
  /** Of the head, or of each of its targets, in the order of its model file. */
  readonly domains: readonly DomainFinding[];
  /**
   * What a person gets by default. A segmentation: `present_LABEL`, the share of images with a mask of it, and
   * `present_any`. A classification: `answered_LABEL`, the share of the answered images that get it; nothing where all
   * are refused. Another task: `answered`, the share of the images that are.
   */
  readonly answers: Metrics;
}

export interface DomainFinding {
  /** Null for the head as a whole. */
  readonly labels: readonly string[] | null;
  /** The share out of domain at each threshold of the model file. */
  readonly thresholds: readonly {
    readonly false_refusals: number;
    readonly score: number;
    /** Whether it is the one that answers go by. */
    readonly in_use: boolean;
    readonly refused: Metric;
  }[];
  readonly median_score: number;
  /** By the kind of images that they are most like: how many. */
  readonly nearest: Readonly<Record<string, number>>;
  /**
   * How well the score tells these images from the head's own held-out ones; null where those are not at hand, or too
   * few.
   */
  readonly auroc: Metric | null;
  /** Those that they are told from. */
  readonly own: {
    readonly datasets: readonly string[];
    readonly split: string;
    readonly n: number;
    readonly source: 'model.json' | 'images';
  } | null;
}
