import type { BenchReport } from './bench-report.js';

/**
 * The report with the rows that it lacks taken from one before, all in the order of `rows`. Throws where the one before
 * is of another machine, of other versions or providers, or of a quick run: such rows may not stand in one table.
 */
export function keepRows(now: BenchReport, before: BenchReport, rows: readonly string[]): BenchReport {
  const differing = (['machine', 'providers', 'isQuick'] as const).find(
    (key) => JSON.stringify(now[key]) !== JSON.stringify(before[key]),
  );
  if (differing) {
    throw new Error(
      `The rows that were not measured now cannot be kept: the report before has another ${differing} ` +
        `(${JSON.stringify(before[differing])}). Measure all rows, or give another --out.`,
    );
  }
  const measured = new Set(now.runs.map(({ row }) => row));
  const of = <T extends { readonly row: string }>(mine: readonly T[], theirs: readonly T[]): T[] =>
    rows.flatMap((row) => (measured.has(row) ? mine : theirs).filter((one) => one.row === row));
  return { ...now, runs: of(now.runs, before.runs), findings: of(now.findings, before.findings) };
}
