import type { Machine } from '../measure/machine.js';
import type { Finding } from './finding.js';

/** When the findings of a row were measured; a row is one run. */
export interface RowRun {
  readonly row: string;
  /** Of the day, such as 2026-01-31. */
  readonly date: string;
  /** Of the project; with `+` where files differed from it. */
  readonly commit: string;
}

/** What the bench found on one machine; the JSON in out/bench. */
export interface BenchReport {
  readonly machine: Machine;
  readonly providers: readonly string[];
  /** Whether the rounds were few: to see that it runs, not what it measures. */
  readonly isQuick: boolean;
  readonly runs: readonly RowRun[];
  readonly findings: readonly Finding[];
}

/** A Markdown table, with what one has to know of it above. */
export function formatReport({ machine, providers, isQuick, runs, findings }: BenchReport): string {
  const versions = Object.entries(machine.versions).map(([name, version]) => `${name} ${version}`);
  const quick = isQuick ? ' **Quick run: too few rounds to be quoted.**' : '';
  const rows = findings.map(({ row, what, target, measured, isMet }) => [
    row,
    what,
    target,
    measured,
    isMet === null ? '' : isMet ? 'yes' : '**no**',
  ]);
  return [
    `${machine.words}; ${versions.join(', ')}; providers ${providers.join(', ')}.${quick}`,
    formatRuns(runs),
    '',
    ...formatTable(['row', 'what', 'target', 'measured', 'met'], rows),
  ].join('\n');
}

/** Which rows were measured when: ratios of one row are of one run, whatever the others are of. */
function formatRuns(runs: readonly RowRun[]): string {
  const rowsOf = new Map<string, string[]>();
  for (const { row, date, commit } of runs) {
    const when = `${date} at ${commit}`;
    rowsOf.set(when, [...(rowsOf.get(when) ?? []), row]);
  }
  if (rowsOf.size < 2) return [...rowsOf.keys()].map((when) => `Measured on ${when}.`).join('');
  return `Measured ${[...rowsOf].map(([when, rows]) => `on ${when}: ${rows.join(', ')}`).join('; ')}.`;
}

function formatTable(titles: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]): string => `| ${cells.map(escapeCell).join(' | ')} |`;
  return [line(titles), `| ${titles.map(() => '---').join(' | ')} |`, ...rows.map(line)];
}

function escapeCell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}
