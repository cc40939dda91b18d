import { expect, it } from 'vitest';
import { testClasses, testMasks, testNan } from '../../testing/test-heads.js';
import type { Head, HeadDescription } from '../../contract/index.js';
import { checkSameHeads } from './check-same-heads.js';

const changed = { ...testClasses, trained: { ...testClasses.trained, version: '9.9.9' } };

it.each([
  ['the same heads', [testMasks, testClasses], undefined],
  ['the same heads in another order, and one more', [testClasses, testMasks, testNan], undefined],
  ['another version of a head', [testMasks, changed], 'The head "test-classes" is not what it was when the zoo began'],
  ['a head less', [testMasks], 'The head "test-classes" is not there any more, and was when the zoo began'],
])('of %s: %#', (_what, heads, words) => {
  const check = (): void => checkSameHeads([testMasks, testClasses].map(describe), heads.map(describe));
  if (words === undefined) expect(check).not.toThrow();
  else expect(check).toThrow(words);
});

/** As it crosses from a worker. */
function describe({ manifest, encoder, trained }: Head): HeadDescription {
  return structuredClone({ manifest, encoder: { id: encoder.id, trained: encoder.trained }, trained });
}
