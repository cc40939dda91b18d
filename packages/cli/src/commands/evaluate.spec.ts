import { Command } from 'commander';
import { expect, it, onTestFinished, vi } from 'vitest';
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

it.each([
  ['--own', '--domain'],
  ['--machine', '--record'],
])('%s does nothing without %s, and is refused', async (option, other) => {
  const said = vi.spyOn(console, 'error').mockReturnValue();
  onTestFinished(() => {
    said.mockRestore();
    process.exitCode = undefined;
  });
  const program = new Command();
  addEvaluate(program);
  await program.parseAsync(['evaluate', '--data', 'nowhere', option, 'x'], { from: 'user' });
  expect(said.mock.calls).toEqual([[expect.stringMatching(new RegExp(`^error: ${option} .*${other}.* Give both`))]]);
  expect(process.exitCode).toBe(1);
});
