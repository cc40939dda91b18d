import type { ImageMask } from './answers.js';

/**
 * Whether a mask's `presence` is a finding of its head. A head that is told where its target is, such as a prompted
 * one, does not judge whether it is there and says 1. What people read must leave that out, or the head looks certain.
 * Heads that judge presence hardly ever say exactly 1.
 */
export function isPresenceJudged({ presence }: Pick<ImageMask, 'presence'>): boolean {
  return presence !== 1;
}
