import { expect, it } from 'vitest';
import { findMissingEnvironment } from './return-memory.js';

it.each([
  ['a budget', { memoryBudget: '1GiB' }, {}, 'linux', { MALLOC_TRIM_THRESHOLD_: '131072' }],
  ['no budget', {}, {}, 'linux', undefined],
  ['an operator who has set it', { memoryBudget: '1GiB' }, { MALLOC_TRIM_THRESHOLD_: '0' }, 'linux', undefined],
  ['another system', { memoryBudget: '1GiB' }, {}, 'darwin', undefined],
] as const)('with %s', (_, config, environment, platform, expected) => {
  expect(findMissingEnvironment(config, environment, platform)).toEqual(expected);
});
