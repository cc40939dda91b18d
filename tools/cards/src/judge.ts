import type { ClassFinding, MaskFinding } from './failures.type.js';

/** A mask with less is a failure. */
export const LEAST_DICE = 0.8;

/** So is one that loses as much against the easier phantom. */
export const MOST_LOSS = 0.1;

/**
 * Whether a mask is wrong enough to be called a failure: too little Dice, too much lost, or something found that is not
 * there. A refusal is no wrong mask.
 */
export function isMaskFailure({
  dice,
  plain,
  also_found: alsoFound,
  refused_as: refusedAs,
}: Pick<MaskFinding, 'dice' | 'plain' | 'also_found' | 'refused_as'>): boolean {
  if (refusedAs !== null) return alsoFound.length > 0;
  return dice < LEAST_DICE || (plain !== null && plain.dice - dice > MOST_LOSS) || alsoFound.length > 0;
}

/**
 * Whether a class is wrong; of an image of another kind, whether the head settles on one, as if it knew. A refusal is
 * no wrong class.
 */
export function isClassFailure({
  drawn,
  label,
  plausible,
  refused_as: refusedAs,
}: Pick<ClassFinding, 'drawn' | 'label' | 'plausible' | 'refused_as'>): boolean {
  if (refusedAs !== null) return false;
  return drawn === null ? plausible === null || plausible.labels.length === 1 : label !== drawn;
}
