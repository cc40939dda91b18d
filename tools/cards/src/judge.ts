import type { ClassFinding, Finding, MaskFinding, Outcome } from './failures.type.js';

/** A mask with less is a failure. */
export const LEAST_DICE = 0.8;

/** So is one that loses as much against the easier phantom. */
export const MOST_LOSS = 0.1;

/**
 * A mask fails that has too little Dice, or has lost too much, or something is found that is not there. Each phantom is
 * of the kind of image that its target is found in, so that a refusal helps nobody: it is an outcome of its own.
 */
export function judgeMask({
  dice,
  plain,
  also_found: alsoFound,
  refused_as: refusedAs,
}: Pick<MaskFinding, 'dice' | 'plain' | 'also_found' | 'refused_as'>): Outcome {
  if (alsoFound.length > 0) return 'failed';
  if (refusedAs !== null) return 'refused';
  return dice < LEAST_DICE || (plain !== null && plain.dice - dice > MOST_LOSS) ? 'failed' : 'passed';
}

/**
 * A class fails that is wrong. Where no class is true, the head fails if it settles on one, as if it knew. To refuse an
 * image of another kind is right; to refuse one of its own kind is an outcome of its own.
 */
export function judgeClass({
  drawn,
  own_kind: isOwn,
  label,
  plausible,
  refused_as: refusedAs,
}: Pick<ClassFinding, 'drawn' | 'own_kind' | 'label' | 'plausible' | 'refused_as'>): Outcome {
  if (refusedAs !== null) return isOwn ? 'refused' : 'passed';
  const isWrong = drawn === null ? plausible === null || plausible.labels.length === 1 : label !== drawn;
  return isWrong ? 'failed' : 'passed';
}

/** Whether the phantom is of a kind of image that the head, or the target, is for. */
export function isOwnKind(finding: Finding): boolean {
  return finding.task !== 'classification' || finding.own_kind;
}
