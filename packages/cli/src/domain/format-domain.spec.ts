import { stripVTControlCharacters } from 'node:util';
import { expect, it } from 'vitest';
import type { DomainReport } from './domain-report.type.js';
import { formatDomain } from './format-domain.js';

it('shows the interval of an AUROC beside it', () => {
  const domain = {
    ...{ labels: ['polyp'], thresholds: [], nearest: { endoscopy: 40 } },
    auroc: { value: 0.9, interval95: [0.85, 0.95], n: 80 },
    own: { datasets: ['kvasir'], split: 'val', n: 40, source: 'images' },
  };
  const report = {
    ...{ dataset: 'polyps', split: 'all', head: 'automed', n: 40, n_groups: 40, seed: 1 },
    ...{ domains: [domain, { ...domain, auroc: null, own: null }], answers: {} },
  } as unknown as DomainReport;
  const text = stripVTControlCharacters(formatDomain(report));
  expect(text).toMatch(/polyp +0\.900 +0\.850 to 0\.950 +kvasir, val \(n 40\) +endoscopy 40$/m);
  expect(text).toMatch(/polyp +endoscopy 40$/m);
});

it('keeps the name of a folder in one line, and without what a terminal obeys', () => {
  const about = { split: 'all', head: 'automed', n: 40, n_groups: 40, seed: 1, domains: [], answers: {} };
  const report = { dataset: 'a\n\u001b[2Jb', ...about } as unknown as DomainReport;
  expect(formatDomain(report).split('\n')[0]).toContain('a  [2Jb');
});
