import type { Arrangement } from '../../presence/arrange-sets.js';
import type { Side } from '../../presence/presence-metrics.js';
import type { ModelIdentity, OutOfDomain, Task, Timings } from '@medzoo/core';
import type { Metrics } from './metrics.js';
import type { FailedRow } from '../score/score-rows.js';

/**
 * An evaluation as data. It holds no date: the same weights on the same set give the same numbers, milliseconds apart.
 */
export interface Report {
  readonly medzoo: string;
  readonly head: string;
  readonly task: Task;
  /** The folder's name. */
  readonly dataset: string;
  /** 'all' for every row. */
  readonly split: string;
  /** What the masks show, as the head calls it; null for a classification. */
  readonly target: string | null;
  /** What each image's truth gave the head as a prompt; null for a head that needs none. */
  readonly prompt: 'box' | 'object' | null;
  /** Whether images that are out of the head's domain count as answered. */
  readonly out_of_domain: OutOfDomain;
  /** Images that were answered and scored. */
  readonly n: number;
  /**
   * Images that are out of the domain of the head, or of the target, answered or not; null for a head that cannot say.
   */
  readonly n_refused: number | null;
  readonly n_failed: number;
  /** Of those scored, images whose truth mask is empty; null for a classification. */
  readonly n_empty: number | null;
  readonly n_groups: number;
  readonly excluded_labels: readonly string[];
  readonly seed: number;
  readonly metrics: Metrics;
  /** By label; null for a segmentation. */
  readonly labels: Readonly<Record<string, LabelReport>> | null;
  /** By target, what it was measured on; null for any report but that of `medzoo presence`. */
  readonly presence: Readonly<Record<string, TargetReport>> | null;
  /** What makes the head's probabilities honest, as its model file has it; null where it has none. */
  readonly calibration: {
    readonly temperature: number;
    /** That its conformal sets are made for; null where it makes none. */
    readonly error_rate: number | null;
  } | null;
  readonly timings_ms_median: Timings;
  readonly provider: string | null;
  /** SHA-256 of the weights. */
  readonly digests: { readonly head: string; readonly encoder: string };
  readonly models: { readonly head: ModelIdentity; readonly encoder: ModelIdentity };
  /** Of the files that ran: 'reference', or the precision of a variant, such as 'int8-static'. */
  readonly precisions: { readonly head: string; readonly encoder: string };
  readonly failed: readonly FailedRow[];
}

/** One true label against the rest. */
export interface LabelReport {
  readonly n: number;
  readonly recall: number;
  readonly precision: number;
  readonly f1: number;
  /** How many images of this label got which label. */
  readonly predicted: Readonly<Record<string, number>>;
}

/** What the presence of one target was measured on. */
export interface TargetReport {
  /** Names of sets by what they mean for the target. */
  readonly sets: Arrangement;
  /** How many images, or crops for 'background', stand on each side of the question. */
  readonly images: Readonly<Record<Side, number>>;
  readonly n_positive_groups: number;
}
