import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Report } from '../evaluation/report/report.type.js';
import { FAKE_CONFIG, spawnCommand, type Finished } from './spawn-command.js';

/** Runs `medzoo evaluate` on a set, beside it. */
export function evaluate(data: string, ...args: readonly string[]): Promise<Finished> {
  return spawnCommand(['evaluate', '--config', FAKE_CONFIG, '--data', data, ...args], join(data, '..'));
}

/** The same with the report that it writes. */
export async function evaluateToJson(
  data: string,
  ...args: readonly string[]
): Promise<Finished & { readonly json: string; readonly report: Report }> {
  const finished = await evaluate(data, ...args, '--json', 'reports/report.json');
  const json = await readFile(join(data, '../reports/report.json'), 'utf8');
  return { ...finished, json, report: JSON.parse(json) as Report };
}
