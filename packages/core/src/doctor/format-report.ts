import type { Diagnosis } from './diagnose.js';
import { countOf } from '../contract/text/count-of.js';

const MARKS = { ok: 'ok    ', notice: 'note  ', fault: 'FAULT ' } as const;

/** One line a finding, its remedy below it. */
export function formatReport({ isHealthy, findings }: Diagnosis): string {
  const width = Math.max(...findings.map(({ id }) => id.length));
  const lines = findings.flatMap(({ id, state, found, remedy }) => [
    `${MARKS[state]}${id.padEnd(width)}  ${found}`,
    ...(remedy === undefined ? [] : [`${' '.repeat(MARKS[state].length + width + 2)}-> ${remedy}`]),
  ]);
  const faults = findings.filter(({ state }) => state === 'fault').length;
  const end = isHealthy ? 'Healthy: what the config asks for works.' : `${countOf(faults, 'fault')}.`;
  return `${lines.join('\n')}\n\n${end}\n`;
}
