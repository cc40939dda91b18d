import type { Domain } from '../answers/domain.js';
import type { HeadDomain } from '../model/domain-spec.js';

/**
 * What a person should read about an image that is out of domain: two sentences without a term of statistics. `own`
 * names the images that `who`, a head or a target, was trained on, as `kindsOf` does.
 */
export function describeOutOfDomain(who: string, { nearest }: Pick<Domain, 'nearest'>, own: readonly string[]): string {
  const kinds = own.length > 0 ? ` (${own.join(', ')})` : '';
  const first = `This does not look like the images that ${who} was trained on${kinds}.`;
  if (own.includes(nearest)) return `${first} It looks like nothing that is known; ${nearest} comes nearest.`;
  return `${first} It looks most like: ${nearest}.`;
}

/** The names of the images that a head, or one of its labels, was trained on; none for a head without domains. */
export function kindsOf(domains: readonly HeadDomain[] | undefined, label?: string): readonly string[] {
  const about = (domains ?? []).filter(({ labels }) => !labels || label === undefined || labels.includes(label));
  return [...new Set(about.flatMap(({ own }) => own.map(({ name }) => name)))];
}
