import { isDeepStrictEqual } from 'node:util';
import { ZooError, type HeadDescription } from '../../contract/index.js';

/**
 * Throws BACKEND_UNAVAILABLE for a worker that lacks a head which the zoo began with, or has another one of its id,
 * since a package or a model file was replaced meanwhile. Otherwise workers would answer differently, and `zoo.heads`
 * and kept answers would be of other heads than those that answer. Further heads do no harm: nobody can ask for them.
 */
export function checkSameHeads(began: readonly HeadDescription[], heads: readonly HeadDescription[]): void {
  const now = new Map(heads.map((head) => [head.manifest.id, head]));
  const changed = began.find((head) => !isDeepStrictEqual(now.get(head.manifest.id), head));
  if (!changed) return;
  const { id } = changed.manifest;
  throw new ZooError(
    'BACKEND_UNAVAILABLE',
    `The head "${id}" ${now.has(id) ? 'is not what it was' : 'is not there any more, and was'} when the zoo began: ` +
      'its package, its model file or the config was changed meanwhile. Start the program again, so that all processes ' +
      'of the zoo answer alike.',
    { details: { head: id } },
  );
}
