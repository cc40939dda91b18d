import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { expect, it, onTestFinished } from 'vitest';

const DIST = new URL('../../dist/', import.meta.url).href;

/** Logs so many lines of 1000 characters, says so on standard error, and waits for a signal. */
const script = (lines: number): string => `
  import { createLogger } from '${DIST}observability/create-logger.js';
  import { stopOnSignals } from '${DIST}stop-on-signals.js';
  const logger = createLogger();
  stopOnSignals(() => Promise.resolve(), logger);
  for (let line = 0; line < ${lines}; line++) logger.info('x'.repeat(1000));
  setInterval(() => logger.info('alive'), 50);
  setTimeout(() => process.stderr.write('logged'), 500);
`;

async function startLogger(lines: number, stdout: 'pipe' | number): Promise<ChildProcess> {
  const args = ['--input-type=module', '--eval', script(lines)];
  const child = spawn(process.execPath, args, { stdio: ['ignore', stdout, 'pipe'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [said] = (await once(child.stderr!, 'data')) as [Buffer];
  expect(said.toString()).toBe('logged');
  return child;
}

it.runIf(process.platform === 'linux')('goes on where the disk of its log is full, and ends in order', async () => {
  const child = await startLogger(10, openSync('/dev/full', 'w'));
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([0, null]);
});

it.runIf(process.platform === 'linux')(
  'ends within 10 s of SIGTERM, and at once on a second, while nobody reads its log',
  async () => {
    const [patient, hurried] = [await startLogger(2000, 'pipe'), await startLogger(2000, 'pipe')];
    for (const child of [patient, hurried]) child.kill('SIGTERM');
    const ended = once(patient, 'exit', { signal: AbortSignal.timeout(10_000) });
    await new Promise((resolve) => setTimeout(resolve, 100));
    hurried.kill('SIGTERM');
    await once(hurried, 'exit', { signal: AbortSignal.timeout(2000) });
    expect(await ended).toEqual([null, 'SIGKILL']);
  },
  20_000,
);

it('keeps no more lines than it may while nobody reads its log, and tells how many were lost', async () => {
  const child = await startLogger(20_000, 'pipe');
  const written = text(child.stdout!);
  setTimeout(() => child.kill('SIGTERM'), 1500);
  const lines = (await written).trimEnd().split('\n');
  const messages = lines.map((line) => JSON.parse(line) as { readonly lines?: number; readonly msg: string });
  const told = messages.find(({ msg }) => msg.startsWith('lines of this log were lost'));
  expect(told?.lines).toBeGreaterThan(1000);
  expect(messages.at(-1)?.msg).toBe('stopped');
});
