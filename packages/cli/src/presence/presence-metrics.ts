import type { TrainedModel } from '@medzoo/core';
import { measure, type Metrics } from '../evaluation/report/metrics.js';
import { isRankable, rankAuroc, type RankedScore } from '../statistics/auroc.js';
import type { Statistic, Statistics } from '../statistics/bootstrap.js';
import { mean } from '../statistics/summary.js';
import type { Arrangement } from './arrange-sets.js';
import type { PresenceScore } from './score-presence.js';

/**
 * Where the target is absent and the look is its own: crops beside it, empty masks of its sets, other sets of its
 * modality.
 */
const HARD_SIDES = ['background', 'empty', 'near'] as const;

/** On which side of the question of one target an image stands; `other`: an image of a set without it. */
export type Side = 'positive' | 'other' | (typeof HARD_SIDES)[number];

export type Sides = Readonly<Record<Side, ReadonlySet<PresenceScore>>>;

/** The images by side; one of a near set is among the others too. Images of a set that is left out are on none. */
export function takeSides(scores: readonly PresenceScore[], sets: Arrangement): Sides {
  const images = scores.filter(({ kind }) => kind === 'image');
  const own = images.filter(({ set }) => sets.positive.includes(set));
  return {
    positive: new Set(own.filter(({ isEmpty }) => isEmpty === false)),
    other: new Set(images.filter(({ set }) => sets.negative.includes(set))),
    background: new Set(scores.filter(({ kind, set }) => kind === 'background' && sets.positive.includes(set))),
    empty: new Set(own.filter(({ isEmpty }) => isEmpty === true)),
    near: new Set(images.filter(({ set }) => sets.near.includes(set))),
  };
}

/**
 * `presence_auroc_TARGET` against images of sets without it, `..._background`, `..._empty` and `..._near` against the
 * hard kinds, each with its own n, where both sides have images enough; `presence_auroc` is the mean of the first over
 * targets. And, at the head's stored threshold, how often it finds a target that is there (sensitivity) and says
 * "absent" of one that is not (specificity, against the same kinds).
 */
export function presenceMetrics(
  scores: readonly PresenceScore[],
  sidesByTarget: Readonly<Record<string, Sides>>,
  thresholds: TrainedModel['presenceThresholds'],
  seed: number,
): Metrics {
  const targets = Object.entries(sidesByTarget).map(([target, sides]) => ({
    own: statisticsOf(target, sides, thresholds?.[target] ?? 0),
    parts: partsOf(target, sides),
    counts: countsOf(target, sides),
  }));
  const statistics = Object.assign({}, ...targets.map(({ own }) => own)) as Statistics<PresenceScore>;
  const counts = Object.assign({}, ...targets.map(({ counts }) => counts)) as Record<string, number>;
  const parts = Object.assign({}, ...targets.map(({ parts }) => parts)) as ReturnType<typeof partsOf>;
  const overall = Object.keys(sidesByTarget).filter((target) => statistics[`presence_auroc_${target}`] !== undefined);
  const macro = (drawn: readonly PresenceScore[]): number =>
    mean(overall.map((target) => statistics[`presence_auroc_${target}`]!(drawn)));
  const images = scores.filter(({ kind }) => kind === 'image').length;
  return measure(
    scores,
    { presence_auroc: macro, ...statistics },
    {
      seed,
      shares: sharesOf(statistics),
      parts: { ...parts, presence_auroc: overall.flatMap((target) => parts[`presence_auroc_${target}`]!) },
      count: (name) => counts[name] ?? images,
    },
  );
}

/** Of each AUROC: the groups on either side of it. */
function partsOf(target: string, sides: Sides): Readonly<Record<string, readonly Statistic<PresenceScore>[]>> {
  const presenceOn = (side: Side) => (drawn: readonly PresenceScore[]) =>
    mean(drawn.filter((score) => sides[side].has(score)).map(({ presence }) => presence[target] ?? 0));
  return Object.fromEntries(
    (['other', ...HARD_SIDES] as const).map((side) => [
      nameOf('auroc', target, side),
      [presenceOn('positive'), presenceOn(side)],
    ]),
  );
}

/** Sensitivity and specificity. */
function sharesOf(statistics: Statistics<PresenceScore>) {
  const shares = Object.entries(statistics).filter(([name]) => !name.startsWith('presence_auroc_'));
  return Object.fromEntries(shares.map(([name, share]) => [name, [share]]));
}

function statisticsOf(target: string, sides: Sides, threshold: number): Statistics<PresenceScore> {
  const presenceOf = ({ presence }: PresenceScore): number => presence[target] ?? 0;
  const aurocAgainst = (side: Side) => (drawn: readonly PresenceScore[]) =>
    rankAuroc(
      drawn.flatMap((score): RankedScore[] => {
        const isPositive = sides.positive.has(score);
        return isPositive || sides[side].has(score) ? [{ isPositive, score: presenceOf(score) }] : [];
      }),
    );
  const share = (side: Side, isFound: boolean) => (drawn: readonly PresenceScore[]) =>
    mean(
      drawn
        .filter((score) => sides[side].has(score))
        .map((score) => (presenceOf(score) >= threshold === isFound ? 1 : 0)),
    );
  const ranked = (['other', ...HARD_SIDES] as const).filter((side) =>
    isRankable(sides.positive.size, sides[side].size),
  );
  return {
    ...Object.fromEntries(ranked.map((side) => [nameOf('auroc', target, side), aurocAgainst(side)])),
    [`presence_sensitivity_${target}`]: share('positive', true),
    [nameOf('specificity', target, 'other')]: share('other', false),
    ...Object.fromEntries(
      ranked
        .filter((side) => side !== 'other')
        .map((side) => [nameOf('specificity', target, side), share(side, false)]),
    ),
  };
}

function nameOf(what: 'auroc' | 'specificity', target: string, side: Exclude<Side, 'positive'>): string {
  return `presence_${what}_${target}${side === 'other' ? '' : `_${side}`}`;
}

function countsOf(target: string, { positive, ...negatives }: Sides): Record<string, number> {
  return {
    [`presence_sensitivity_${target}`]: positive.size,
    ...Object.fromEntries(
      (['other', ...HARD_SIDES] as const).flatMap((side) => [
        [nameOf('auroc', target, side), positive.size + negatives[side].size],
        [nameOf('specificity', target, side), negatives[side].size],
      ]),
    ),
  };
}
