import type { HeadDescription } from '@medzoo/core';
import { mean } from '../../statistics/summary.js';
import { measure, type Metrics } from './metrics.js';
import type { Scored } from '../score/score-rows.js';

/** Whether an image was found to be out of the domain of the head, or of the target that it was asked for. */
export interface MaybeRefused extends Scored {
  readonly isRefused: boolean;
}

/** How many images are out of domain; null for a head that cannot say. */
export function countRefused({ trained }: HeadDescription, scores: readonly MaybeRefused[]): number | null {
  return trained.domains ? scores.filter(({ isRefused }) => isRefused).length : null;
}

/**
 * The share of all images that are out of domain, whether they were answered or not; nothing for a head that cannot
 * say.
 */
export function refusalMetrics({ trained }: HeadDescription, scores: readonly MaybeRefused[], seed: number): Metrics {
  if (!trained.domains) return {};
  return measure(
    scores,
    { refused: refusedShare },
    { seed, shares: { refused: [refusedShare] }, count: () => scores.length },
  );
}

export function refusedShare(scores: readonly MaybeRefused[]): number {
  return mean(scores.map(({ isRefused }) => (isRefused ? 1 : 0)));
}
