import { ZooError } from './errors.js';

/**
 * A file of this package is not where its code looks for it: nothing is answered before it is. A bundler moves code,
 * and not the files beside it.
 */
export function missingFile(name: string, cause?: unknown): ZooError {
  return new ZooError(
    'BACKEND_UNAVAILABLE',
    `The file ${name} of @medzoo/core is missing. Install the package again; if a bundler moved the code that reads ` +
      'it, make its package external.',
    { cause },
  );
}
