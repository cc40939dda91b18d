import { expect, it } from 'vitest';
import { formatReport } from './format-report.js';
import type { Report } from './report.type.js';

it('keeps names of a folder and of labels in one line, and without what a terminal obeys', () => {
  const model = { id: 'a', version: '1.0.0', sha256: '0'.repeat(64) };
  const report = {
    ...{
      dataset: 'a\n\u001b[2Jb',
      excluded_labels: ['c\n\u001b]0;d\u0007'],
      split: 'test',
      head: 'automed',
      target: null,
    },
    ...{ n: 40, n_groups: 40, n_empty: 0, seed: 1, metrics: {}, labels: null, presence: null },
    ...{
      models: { head: model, encoder: model },
      precisions: { head: 'reference', encoder: 'reference' },
      n_refused: null,
      timings_ms_median: {},
    },
  } as unknown as Report;
  expect(formatReport(report, 'its name').split('\n')[0]).toMatch(
    /a {2}\[2Jb.*split test, without c {2}\]0;d : 40 images/,
  );
});
