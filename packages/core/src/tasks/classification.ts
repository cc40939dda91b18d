import type { Classification, ClassificationAnswer, HeatMap, PlausibleLabels, Score } from '../contract/index.js';
import { showValue } from '../contract/text/show-value.js';
import { coverImage } from '../image/preprocess/cover-image.js';
import { findLabelFault, findMissingLabel, findPlaneFault, isProbability, isRecord, listOf } from './find-faults.js';
import type { AnswerContext, TaskRules } from './task-rules.js';

export const classification: TaskRules<'classification'> = {
  findFault: findScoreFault,
  refusesImages: true,
  toAnswer: toClassificationAnswer,
};

function findScoreFault(result: Partial<Classification> | undefined, labels: readonly string[]): string | undefined {
  const scores = listOf(result?.scores);
  if (!scores?.length) return 'it has no list of scores';
  for (const [index, score] of scores.entries()) {
    const at = `scores[${index}]`;
    if (!isRecord(score)) return `${at} is ${showValue(score)}, which is no score`;
    const fault = findLabelFault(`${at}.label`, score.label, labels, scores.slice(0, index));
    if (fault !== undefined) return fault;
    const { probability } = score;
    if (!isProbability(probability)) return `${at}.probability is ${showValue(probability)}, which is not from 0 to 1`;
  }
  return (
    findDistributionFault(scores, labels) ?? findPlausibleFault(result?.plausible, labels) ?? findHeatMapFault(result)
  );
}

/**
 * Of a softmax in float32, summed: thousands of labels stay within it, and no answer with one label too few or too many
 * does.
 */
const SUM_TOLERANCE = 1e-3;

function findDistributionFault(scores: readonly Score[], labels: readonly string[]): string | undefined {
  const missing = findMissingLabel('scores', scores, labels);
  if (missing !== undefined) return missing;
  const sum = scores.reduce((total, { probability }) => total + probability, 0);
  if (Math.abs(sum - 1) <= SUM_TOLERANCE) return undefined;
  return `scores sum to ${Number(sum.toPrecision(6))}, and probabilities of classes that exclude one another sum to 1`;
}

function findPlausibleFault(plausible: PlausibleLabels | undefined, labels: readonly string[]): string | undefined {
  if (plausible === undefined) return undefined;
  const named = isRecord(plausible) ? listOf(plausible.labels) : undefined;
  if (!named) return 'plausible has no list of labels';
  for (const [index, label] of named.entries()) {
    const before = named.slice(0, index).map((one) => ({ label: one }));
    const fault = findLabelFault(`plausible.labels[${index}]`, label, labels, before);
    if (fault !== undefined) return fault;
  }
  const { errorRate } = plausible;
  return isProbability(errorRate)
    ? undefined
    : `plausible.errorRate is ${showValue(errorRate)}, which is not from 0 to 1`;
}

function findHeatMapFault(result: Partial<Classification> | undefined): string | undefined {
  return result?.heatMap && findPlaneFault('heatMap.values', result.heatMap.size, result.heatMap.values);
}

function toClassificationAnswer(
  { scores, plausible, heatMap }: Classification,
  { geometry, domains, isOwnModality }: AnswerContext,
): Promise<ClassificationAnswer> {
  const domain = domains.of();
  // An error rate holds for images like those it was measured on.
  const holds = isOwnModality && domain?.inDomain !== false;
  const plain = scores.map(({ label, probability }) => ({ label, probability }));
  const sorted = plain.toSorted((a, b) => b.probability - a.probability);
  return Promise.resolve({
    task: 'classification',
    label: sorted[0]!.label,
    scores: sorted,
    ...(domain && { domain }),
    ...(plausible && holds && { plausible: { labels: [...plausible.labels], errorRate: plausible.errorRate } }),
    ...(heatMap && { heatMap: ownHeatMap(coverImage(heatMap, geometry)) }),
  });
}

/** What a head returned may be its own state. */
function ownHeatMap({ size: { width, height }, values }: HeatMap): NonNullable<ClassificationAnswer['heatMap']> {
  return { size: { width, height }, values: values.slice() };
}
