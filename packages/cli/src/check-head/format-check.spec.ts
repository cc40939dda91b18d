import { stripVTControlCharacters } from 'node:util';
import { expect, it } from 'vitest';
import { formatCheck } from './format-check.js';
import { error, ok, warning } from './finding.type.js';

const findings = [ok('opset', '17'), ok('batch', 'is free'), error('labels', 'are two.', 'Name three.')];
const format = (heads: readonly string[]): string =>
  stripVTControlCharacters(
    formatCheck({
      isReady: false,
      package: { name: 'lesions', findings: [warning('card', 'has gaps.', 'Write it.')] },
      heads: heads.map((head) => ({ head, modelFile: 'model/model.json', findings })),
    }),
  );

it('says what was looked at, and under each fault what mends it', () => {
  expect(format(['lesions'])).toBe(`lesions  model/model.json
  ✓ opset   17
  ✓ batch   is free
  ✗ labels  are two.
            → Name three.

lesions  package
  ! card    has gaps.
            → Write it.

Not ready. 1 error, 1 warning.`);
});

it('counts what is well of several heads, so that the faults are on one screen', () => {
  const text = format(['a', 'b']);
  expect(text).not.toContain('is free');
  expect(text.match(/2 checks without a fault/g)).toHaveLength(2);
  expect(text).toContain('Not ready. 2 errors, 1 warning.');
});
