import type { Machine } from '../measure/machine.js';
import type { Finding } from './finding.js';

/** What one run of the bench found; the JSON in out/bench. */
export interface BenchReport {
  /** Of the day, such as 2026-01-31. */
  readonly date: string;
  readonly machine: Machine;
  readonly providers: readonly string[];
  /** Whether the rounds were few: to see that it runs, not what it measures. */
  readonly isQuick: boolean;
  readonly findings: readonly Finding[];
}

/** A Markdown table, with what one has to know of it above. */
export function formatReport({ date, machine, providers, isQuick, findings }: BenchReport): string {
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
    `${date}, ${machine.words}; ${versions.join(', ')}; providers ${providers.join(', ')}.${quick}`,
    '',
    ...formatTable(['row', 'what', 'target', 'measured', 'met'], rows),
  ].join('\n');
}

function formatTable(titles: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]): string => `| ${cells.map(escapeCell).join(' | ')} |`;
  return [line(titles), `| ${titles.map(() => '---').join(' | ')} |`, ...rows.map(line)];
}

function escapeCell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}
