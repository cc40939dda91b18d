import type { ParamSpec } from './params.js';

/** Prompt points that one request may give where the head says nothing: each makes the head's model slower. */
const MOST_POINTS = 64;

/** How many items a request may give for this param; undefined for one that is no list. */
export function maxItemsOf(spec: ParamSpec, labels: readonly string[]): number | undefined {
  if (spec.type === 'points') return spec.maxItems ?? MOST_POINTS;
  return spec.type === 'labels' ? Math.min(spec.maxItems ?? labels.length, labels.length) : undefined;
}
