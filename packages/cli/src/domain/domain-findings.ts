import { matchAnswer, type HeadDescription } from '@medzoo/core';
import { chosenLabelOf, masksOf, wholeDomainOf } from '../analyze/answers/answer-parts.js';
import { measure, type Metric, type Metrics } from '../evaluation/report/metrics.js';
import { isRankable, rankAuroc } from '../statistics/auroc.js';
import { bootstrapIntervals } from '../statistics/bootstrap.js';
import { LEAST_GROUPS } from '../statistics/few-groups.js';
import { groupBy } from '../statistics/group-by.js';
import { mean, median } from '../statistics/summary.js';
import type { DomainFinding } from './domain-report.type.js';
import type { Judged } from './judge-row.js';
import type { OwnScores } from './own-scores.js';

/** What one domain of a head says of images, the `index`-th of its model file. */
export function findDomain(
  { trained }: HeadDescription,
  index: number,
  judged: readonly Judged[],
  own: OwnScores | undefined,
  seed: number,
): DomainFinding {
  const { labels, thresholds, use } = trained.domains![index]!;
  const said = judged.map(({ domains }) => domains[index]!);
  const nearest = [...groupBy(said, (domain) => domain.nearest)].map(([name, group]) => [name, group.length] as const);
  return {
    labels: labels ?? null,
    thresholds: thresholds.map(({ falseRefusals, score }) => ({
      false_refusals: falseRefusals,
      score,
      in_use: falseRefusals === use,
      refused: shareOf(judged, ({ domains }) => domains[index]!.score > score, seed),
    })),
    median_score: Number(median(said.map(({ score }) => score)).toFixed(3)),
    nearest: Object.fromEntries(nearest.toSorted(([, a], [, b]) => b - a)),
    auroc: own ? measureAuroc(judged, index, own, seed) : null,
    own: own ? { datasets: own.datasets, split: own.split, n: own.scores.length, source: own.source } : null,
  };
}

/** What a person gets by default: masks of targets, or the classes of images that are not refused. */
export function measureAnswers(judged: readonly Judged[], labels: readonly string[], seed: number): Metrics {
  const [first] = judged;
  if (!first) return {};
  return matchAnswer(first.answer, {
    segmentation: () => measurePresent(judged, labels, seed),
    classification: () => measureChosen(judged, labels, seed),
    regression: () => measureAnswered(judged, seed),
    keypoints: () => measureAnswered(judged, seed),
    multilabel: () => measureAnswered(judged, seed),
  });
}

function measurePresent(judged: readonly Judged[], labels: readonly string[], seed: number): Metrics {
  const presentIn = ({ answer }: Judged): readonly string[] =>
    masksOf(answer)
      .filter(({ area, domain }) => area > 0 && domain?.inDomain !== false)
      .map(({ label }) => label);
  const shares = labels.map((label) => [`present_${label}`, (one: Judged) => presentIn(one).includes(label)] as const);
  const all = [...shares, ['present_any', (one: Judged) => presentIn(one).length > 0] as const];
  return Object.fromEntries(all.map(([name, isSo]) => [name, shareOf(judged, isSo, seed)]));
}

function measureChosen(judged: readonly Judged[], labels: readonly string[], seed: number): Metrics {
  const answered = judged.filter(isAnswered);
  if (answered.length === 0) return {};
  const gets = (label: string) => (one: Judged) => chosenLabelOf(one.answer) === label;
  return Object.fromEntries(labels.map((label) => [`answered_${label}`, shareOf(answered, gets(label), seed)]));
}

function measureAnswered(judged: readonly Judged[], seed: number): Metrics {
  return { answered: shareOf(judged, isAnswered, seed) };
}

/** Whether the head would have answered by default. */
function isAnswered({ answer }: Judged): boolean {
  return wholeDomainOf(answer)?.inDomain !== false;
}

function shareOf(judged: readonly Judged[], isSo: (one: Judged) => boolean, seed: number): Metric {
  const share = (drawn: readonly Judged[]): number => mean(drawn.map((one) => (isSo(one) ? 1 : 0)));
  return measure(judged, { share }, { seed, shares: { share: [share] }, count: () => judged.length }).share!;
}

/** The probability that one of these images has a higher score than one of the head's own. */
function measureAuroc(judged: readonly Judged[], index: number, own: OwnScores, seed: number): Metric | null {
  if (!isRankable(judged.length, own.scores.length)) return null;
  const samples = [
    ...judged.map(({ row, domains }) => ({ isPositive: true, score: domains[index]!.score, group: row.group })),
    ...own.scores.map(({ score, group }) => ({ isPositive: false, score, group })),
  ];
  const sides = [judged.map(({ row }) => row.group), own.scores.map(({ group }) => group)];
  // Many on one side do not make up for few on the other.
  const { auroc } =
    Math.min(...sides.map((groups) => new Set(groups).size)) < LEAST_GROUPS
      ? {}
      : bootstrapIntervals(samples, { auroc: rankAuroc }, { seed, groupOf: ({ group }) => group });
  const round = (value: number): number => Number(value.toFixed(6));
  return {
    value: round(rankAuroc(samples)),
    ...(auroc && { interval95: [round(auroc[0]), round(auroc[1])] as const }),
    n: samples.length,
  };
}
