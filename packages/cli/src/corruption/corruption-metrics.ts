import { measure, withLuck, type Metrics } from '../evaluation/report/metrics.js';
import type { ClassScore } from '../evaluation/score/score-class.js';
import type { MaskScore } from '../evaluation/score/score-mask.js';
import type { Scored } from '../evaluation/score/score-rows.js';
import type { Statistics } from '../statistics/bootstrap.js';
import { calibrationError } from '../statistics/calibration-error.js';
import { mean } from '../statistics/summary.js';

/** What a head said of an image as it is, and of the same image changed. */
export interface Pair<S extends Scored> extends Scored {
  readonly clean: S;
  readonly changed: S;
}

/**
 * Over images that are answered: `accuracy`, `ece`, what that would be if the head were calibrated, and the mean
 * `confidence`. `refused` is the share of all. `drop` is clean less changed accuracy, over images that are answered
 * both times. A number of no image is left out.
 */
export function classPairMetrics(pairs: readonly Pair<ClassScore>[], seed: number): Metrics {
  const statistics: Statistics<Pair<ClassScore>> = {
    accuracy: (drawn) => mean(answered(drawn).map(({ changed }) => rightOf(changed))),
    drop: (drawn) => mean(answeredTwice(drawn).map(({ clean, changed }) => rightOf(clean) - rightOf(changed))),
    ece: (drawn) => calibrationError(answered(drawn).map(({ changed }) => changed)),
    confidence: (drawn) => mean(answered(drawn).map(({ changed }) => changed.probabilities[changed.predicted] ?? 0)),
    refused: refusedShare,
  };
  const metrics = measure(pairs, statistics, {
    seed,
    biased: ['ece'],
    shares: { accuracy: [statistics.accuracy!], refused: [refusedShare] },
    parts: { ...definedBy(statistics, ['drop', 'confidence']), ece: [statistics.accuracy!] },
    count: counting(pairs),
  });
  const predictions = answered(pairs).map(({ changed }) => changed);
  return withLuck(metrics, predictions, seed);
}

/**
 * `dice` over all images, a refused one counting as a person gets it, with an empty mask; `dice_answered` over those
 * that are in the target's domain. `refused` is the share of all. `drop` is clean less changed Dice, over images that
 * are answered both times.
 */
export function maskPairMetrics(pairs: readonly Pair<MaskScore>[], seed: number): Metrics {
  const statistics: Statistics<Pair<MaskScore>> = {
    dice: (drawn) => mean(drawn.map(({ changed }) => changed.dice)),
    dice_answered: (drawn) => mean(answered(drawn).map(({ changed }) => changed.dice)),
    drop: (drawn) => mean(answeredTwice(drawn).map(({ clean, changed }) => clean.dice - changed.dice)),
    refused: refusedShare,
  };
  return measure(pairs, statistics, {
    seed,
    shares: { refused: [refusedShare] },
    parts: definedBy(statistics, ['dice_answered', 'drop']),
    count: counting(pairs),
  });
}

/** Of a few images that are answered, an interval would say nothing. */
function definedBy<S>(statistics: Statistics<S>, names: readonly string[]) {
  return Object.fromEntries(names.map((name) => [name, [statistics[name]!]]));
}

type Refusable = Scored & { readonly isRefused: boolean };

function answered<S extends Refusable>(pairs: readonly Pair<S>[]): readonly Pair<S>[] {
  return pairs.filter(({ changed }) => !changed.isRefused);
}

function answeredTwice<S extends Refusable>(pairs: readonly Pair<S>[]): readonly Pair<S>[] {
  return pairs.filter(({ clean, changed }) => !clean.isRefused && !changed.isRefused);
}

function refusedShare(pairs: readonly Pair<Refusable>[]): number {
  return mean(pairs.map(({ changed }) => (changed.isRefused ? 1 : 0)));
}

function counting<S extends Refusable>(pairs: readonly Pair<S>[]) {
  const counts: Readonly<Record<string, number>> = {
    dice: pairs.length,
    refused: pairs.length,
    drop: answeredTwice(pairs).length,
  };
  return (name: string): number => counts[name] ?? answered(pairs).length;
}

function rightOf({ truth, predicted }: ClassScore): number {
  return truth === predicted ? 1 : 0;
}
