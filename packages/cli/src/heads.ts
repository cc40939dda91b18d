import { didYouMean, type HeadDescription } from '@medzoo/core';
import { CommandError } from './command-error.js';

/** Throws a CommandError for an id that no head has. */
export function checkHeadIds(heads: readonly HeadDescription[], ids: readonly string[]): void {
  const known = heads.map(({ manifest }) => manifest.id);
  const unknown = ids.find((id) => !known.includes(id));
  if (unknown === undefined) return;
  throw new CommandError(`There is no head "${unknown}". There are ${known.join(', ')}.${didYouMean(unknown, known)}`);
}
