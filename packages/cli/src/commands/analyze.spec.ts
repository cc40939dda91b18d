import { Command } from 'commander';
import { expect, it } from 'vitest';
import { addAnalyze, listHeads } from './analyze.js';

function read(...args: readonly string[]): string[] | undefined {
  const program = new Command().exitOverride().configureOutput({ writeErr: () => undefined });
  addAnalyze(program);
  const [analyze] = program.commands;
  analyze!.action(() => undefined);
  program.parse(['analyze', 'film.png', ...args], { from: 'user' });
  return listHeads(analyze!.opts());
}

it('takes heads by either name of the option, and all of them without', () => {
  expect(read('--heads', 'automed, brain-mri')).toEqual(['automed', 'brain-mri']);
  expect(read('--head', 'automed')).toEqual(['automed']);
  expect(read()).toBeUndefined();
});
