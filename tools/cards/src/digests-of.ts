import type { Head } from '@medzoo/core/contract';
import type { Failures } from './failures.type.js';

/** Of every file of a head and its encoder that may have answered: which of them did depends on the machine. */
export function digestsOf({ trained, encoder }: Pick<Head, 'trained' | 'encoder'>): Failures['digests'] {
  const variants = [trained, encoder.trained].flatMap((model) => model.variants ?? []).map(({ sha256 }) => sha256);
  return { head: trained.model.sha256, encoder: encoder.trained.model.sha256, variants };
}
