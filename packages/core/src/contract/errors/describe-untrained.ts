import type { HeadDescription } from '../head/head.js';

/** What a reader of a head's answer should know of random weights; undefined for a head that was trained. */
export function describeUntrained({
  manifest,
  trained,
}: Pick<HeadDescription, 'manifest' | 'trained'>): string | undefined {
  if (!trained.untrained) return undefined;
  return `The weights of the head "${manifest.id}" are random, since nobody has trained it: its answer means nothing.`;
}
