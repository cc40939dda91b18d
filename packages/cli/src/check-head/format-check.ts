import { styleText } from 'node:util';
import { countOf } from '../terminal/format.js';
import type { Finding, Level } from './finding.type.js';
import type { CheckReport } from './run-check-head.js';

const MARKS: Readonly<Record<Level, readonly [mark: string, colour: 'green' | 'yellow' | 'red' | 'dim']>> = {
  ok: ['✓', 'green'],
  warning: ['!', 'yellow'],
  error: ['✗', 'red'],
  skipped: ['-', 'dim'],
};

/**
 * The report for a person, with what mends each fault under it. Of several heads, what is well is only counted: it
 * would not fit a screen.
 */
export function formatCheck({ heads, package: { name, findings }, isReady }: CheckReport): string {
  const isShort = heads.length > 1;
  const sections = [
    ...heads.map(
      ({ head, modelFile, findings: of }) =>
        [`${styleText('bold', head)}  ${styleText('dim', modelFile)}`, of] as const,
    ),
    [`${styleText('bold', name ?? 'no package')}  ${styleText('dim', 'package')}`, findings] as const,
  ];
  const width = Math.max(...sections.flatMap(([, of]) => of.map(({ check }) => check.length)));
  const lines = sections.flatMap(([title, of]) => [
    '',
    title,
    ...of.filter(({ level }) => !(isShort && level === 'ok')).flatMap((finding) => formatFinding(finding, width)),
    ...(isShort ? formatCount(of) : []),
  ]);
  const all = sections.flatMap(([, of]) => of);
  const count = (level: Level): number => all.filter((one) => one.level === level).length;
  const sum = `${countOf(count('error'), 'error')}, ${countOf(count('warning'), 'warning')}.`;
  return [...lines, '', `${isReady ? 'Ready to be served.' : 'Not ready.'} ${sum}`].join('\n').trimStart();
}

function formatCount(findings: readonly Finding[]): string[] {
  const count = findings.filter(({ level }) => level === 'ok').length;
  return count > 0 ? [`  ${styleText('green', '✓')} ${countOf(count, 'check')} without a fault`] : [];
}

function formatFinding({ check, level, message, fix }: Finding, width: number): string[] {
  const [mark, colour] = MARKS[level];
  const line = `  ${styleText(colour, mark)} ${check.padEnd(width)}  ${message}`;
  return fix === undefined ? [line] : [line, `    ${' '.repeat(width)}  → ${fix}`];
}
