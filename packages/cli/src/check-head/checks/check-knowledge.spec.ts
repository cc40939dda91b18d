import { expect, it } from 'vitest';
import type { HeadFacts } from '../facts/head-facts.type.js';
import { checkKnowledge } from './check-knowledge.js';

const domain = (n: number, use: number, labels?: readonly string[]) => ({ n, use, ...(labels && { labels }) });
const aboutDomains = (...domains: readonly object[]) => {
  const model = { licence: 'MIT', trainedOn: [], concepts: {}, metrics: [], labels: [], domains };
  return checkKnowledge({ model, head: undefined } as unknown as HeadFacts).filter(({ check }) => check === 'domain');
};

it('warns of a domain that too few held-out images vouch for', () => {
  expect(aboutDomains(domain(32, 0.05), domain(99, 0.01))).toMatchObject([{ level: 'ok' }]);
  expect(aboutDomains(domain(60, 0.05), domain(31, 0.05, ['wound']))).toMatchObject([
    {
      level: 'warning',
      message:
        'It is of 31 held-out images of wound, and it takes 32 to vouch that no more than 0.05 of images like these ' +
        'are refused: it may refuse more.',
    },
  ]);
  expect(aboutDomains(domain(98, 0.01))).toMatchObject([{ level: 'warning' }]);
});
