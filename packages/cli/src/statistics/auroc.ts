import { trueLabels } from './accuracy.js';
import type { Prediction } from './prediction.type.js';
import { mean } from './summary.js';

/** A number that is to be higher where something is than where it is not. */
export interface RankedScore {
  readonly isPositive: boolean;
  readonly score: number;
}

/** Below as many images on either side an AUROC says little, and its interval less: it is not reported. */
export const LEAST_RANKED = 5;

/** Whether an AUROC of these is worth reporting. */
export function isRankable(positives: number, negatives: number): boolean {
  return positives >= LEAST_RANKED && negatives >= LEAST_RANKED;
}

/** The probability that an image with `label` gets a higher probability for it than one without; see `rankAuroc`. */
export function auroc(predictions: readonly Prediction[], label: string): number {
  return rankAuroc(
    predictions.map(({ truth, probabilities }) => ({ isPositive: truth === label, score: probabilities[label] ?? 0 })),
  );
}

/**
 * The probability that a positive gets a higher score than a negative; a tie counts half (Mann-Whitney). NaN unless
 * there are both.
 */
export function rankAuroc(scores: readonly RankedScore[]): number {
  const scored = scores.toSorted((a, b) => a.score - b.score);
  const positives = scored.filter(({ isPositive }) => isPositive).length;
  const negatives = scored.length - positives;

  let rankSum = 0;
  for (let start = 0, end = 0; start < scored.length; start = end) {
    let tiedPositives = 0;
    while (end < scored.length && scored[end]!.score === scored[start]!.score) {
      if (scored[end]!.isPositive) tiedPositives += 1;
      end += 1;
    }
    // Ranks start + 1 to end, shared by all that tie.
    rankSum += (tiedPositives * (start + 1 + end)) / 2;
  }
  return (rankSum - (positives * (positives + 1)) / 2) / (positives * negatives);
}

/** The mean over `labels`, of those that truly occur, of `auroc`, each against the rest. */
export function macroAuroc(predictions: readonly Prediction[], labels: readonly string[]): number {
  const occurring = trueLabels(predictions).filter((label) => labels.includes(label));
  return mean(occurring.map((label) => auroc(predictions, label)));
}

/** The labels that enough images truly have, and enough others do not. */
export function rankableLabels(predictions: readonly Prediction[]): string[] {
  return trueLabels(predictions).filter((label) => {
    const positives = predictions.filter(({ truth }) => truth === label).length;
    return isRankable(positives, predictions.length - positives);
  });
}
