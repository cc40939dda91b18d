import { describe, expect, it } from 'vitest';
import { formatReport, type BenchReport } from './bench-report.js';
import { atLeast, atMost, plain } from './finding.js';
import { keepRows } from './keep-rows.js';
import { recordResults } from './record-results.js';

const report: BenchReport = {
  runs: ['overhead', 'callers', 'memory'].map((row) => ({ row, date: '2026-01-31', commit: 'abc1234' })),
  machine: { words: '2 cores (Example | CPU)', cores: 2, versions: { node: '20.20.2' } },
  providers: ['cpu'],
  isQuick: false,
  findings: [
    atMost(1.05, { row: 'overhead', what: 'in process', value: 1.051 }),
    atLeast(0.95, { row: 'callers', what: 'throughput | 32', value: 0.95, numbers: { bare: 20 }, note: '19 of 20' }),
    plain({ row: 'memory', what: 'idle', value: 120.4, unit: 'MB', digits: 0 }),
  ],
};

describe('the report', () => {
  it('has a line for each finding, and says which miss their target', () => {
    expect(formatReport(report).split('\n')).toEqual([
      '2 cores (Example | CPU); node 20.20.2; providers cpu.',
      'Measured on 2026-01-31 at abc1234.',
      '',
      '| row | what | target | measured | met |',
      '| --- | --- | --- | --- | --- |',
      '| overhead | in process | ≤ 1.05 | 1.05 | **no** |',
      '| callers | throughput \\| 32 | ≥ 0.95 | 0.95 (19 of 20) | yes |',
      '| memory | idle |  | 120 MB |  |',
    ]);
    expect(report.findings.map(({ numbers }) => numbers)).toEqual([
      { value: 1.051 },
      { value: 0.95, bare: 20 },
      { value: 120.4 },
    ]);
  });

  it('says that a quick run proves nothing', () => {
    expect(formatReport({ ...report, isQuick: true })).toContain('Quick run');
  });

  it('keeps rows of a report before, in their order, and says which were measured when', () => {
    const finding = plain({ row: 'callers', what: 'again', value: 1 });
    const runs = [{ row: 'callers', date: '2026-02-01', commit: 'def5678' }];
    const kept = keepRows({ ...report, runs, findings: [finding] }, report, ['overhead', 'callers', 'memory']);
    expect(kept.findings).toEqual([report.findings[0], finding, report.findings[2]]);
    expect(formatReport(kept)).toContain(
      'Measured on 2026-01-31 at abc1234: overhead, memory; on 2026-02-01 at def5678: callers.',
    );
  });

  it('keeps no row of another machine', () => {
    const other = { ...report, machine: { ...report.machine, words: '8 cores' } };
    expect(() => keepRows(report, other, ['callers'])).toThrow('another machine');
  });

  it.each([NaN, Infinity])('no target is met by %d', (value) => {
    expect(atMost(1, { row: '', what: '', value }).isMet).toBe(false);
  });
});

describe('docs/results.md', () => {
  it('keeps what is not the bench its own, and is the same when written twice', () => {
    const first = recordResults('# Results\n\nOther things.\n', 'table one');
    expect(first).toContain('Other things.\n\n## Bench\n\n<!-- bench: begin');
    const second = recordResults(`${first}\n## After\n`, 'table two');
    expect(second).not.toContain('table one');
    expect(second).toMatch(/Other things[^]*table two[^]*## After/);
    expect(recordResults(second, 'table two')).toBe(second);
  });

  it('is not guessed at when half of the section is gone', () => {
    const broken = recordResults('', 'table').replace('<!-- bench: end -->', '');
    expect(() => recordResults(broken, 'table')).toThrow('bench: end');
  });
});
