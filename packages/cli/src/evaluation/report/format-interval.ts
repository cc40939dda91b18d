import type { Metric } from './metrics.js';

/** "0.812 to 0.934"; nothing where there is no interval. */
export function formatInterval({ interval95 }: Pick<Metric, 'interval95'>): string {
  return interval95 ? interval95.map((bound) => bound.toFixed(3)).join(' to ') : '';
}
