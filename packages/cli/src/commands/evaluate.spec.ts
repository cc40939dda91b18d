import { Command } from 'commander';
import { expect, it } from 'vitest';
import { addEvaluate } from './evaluate.js';

it.each([['--domain'], ['--corrupt'], ['--limit', '5'], ['--out-of-domain', 'warn']])(
  '--record writes what a head does by default, and not with %s',
  async (...args) => {
    const program = new Command().exitOverride().configureOutput({ writeErr: () => undefined });
    addEvaluate(program);
    const parsing = program.parseAsync(['evaluate', '--data', 'nowhere', '--record', ...args], { from: 'user' });
    await expect(parsing).rejects.toThrow(/'--record' cannot be used with option '--/);
  },
);
