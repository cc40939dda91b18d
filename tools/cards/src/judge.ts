import type { ClassFinding, MaskFinding } from './failures.type.js';

/** A mask with less is a failure. */
export const LEAST_DICE = 0.8;

/** So is one that loses as much against the easier phantom. */
export const MOST_LOSS = 0.1;

/** Whether a mask is wrong enough to be called a failure: too little Dice, too much lost, or something found that is not there. */
export function isMaskFailure({
  dice,
  plain,
  also_found: alsoFound,
}: Pick<MaskFinding, 'dice' | 'plain' | 'also_found'>): boolean {
  return dice < LEAST_DICE || (plain !== null && plain.dice - dice > MOST_LOSS) || alsoFound.length > 0;
}

/** Whether a class is wrong; of an image of another kind, whether the head settles on one, as if it knew. */
export function isClassFailure({
  drawn,
  label,
  plausible,
}: Pick<ClassFinding, 'drawn' | 'label' | 'plausible'>): boolean {
  return drawn === null ? plausible === null || plausible.labels.length === 1 : label !== drawn;
}
