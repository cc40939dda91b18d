import { InvalidArgumentError, type Command } from 'commander';
import { addConfigOption } from '../read-config.js';

/** What commands that measure a head on data sets have in common. */
export interface SetOptions {
  readonly data: string;
  readonly split: string;
  readonly head?: string;
  readonly limit?: number;
  readonly seed: number;
  readonly json?: string;
  readonly config?: string;
}

/** Adds the options of commands that measure a head on data sets. */
export function addSetOptions(command: Command, data: string): Command {
  return addConfigOption(command)
    .requiredOption('--data <dir>', data)
    .option('--split <name>', 'the rows to take; "all" for every row', 'test')
    .option('--head <id>', 'the head (default: the one whose labels are those of the set)')
    .option('--limit <n>', 'at most as many rows of a set, drawn at random', parseCount)
    .option('--seed <n>', 'of that draw and of the bootstrap', parseSeed, 1)
    .option('--json <file>', 'write the report as JSON');
}

export function parseSeed(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Expected a whole number of at most nine digits.');
}

function parseCount(text: string): number {
  const count = Number(text);
  if (/^\d+$/.test(text) && count > 0) return count;
  throw new InvalidArgumentError('Expected a whole number from 1.');
}
