import { expect, it, vi } from 'vitest';
import { createLoneRunner } from './create-lone-runner.js';
import type { Runner } from './create-session.js';

function createFakeRunner(memoryBytes: number) {
  const run = vi.fn(() => Promise.resolve({}));
  const release = vi.fn(() => Promise.resolve());
  return { provider: 'cpu', memoryBytes, run, release } satisfies Runner;
}

function start(openWide = (wide: Runner) => Promise.resolve(wide)) {
  const [narrow, wide] = [createFakeRunner(100), createFakeRunner(30)];
  const share = { isAlone: true };
  const open = vi.fn(() => openWide(wide));
  const clock = { ms: 0 };
  /** How long a run of each takes from now on. */
  const takes = (narrowMs: number, wideMs: number): void => {
    narrow.run.mockImplementation(() => Promise.resolve((clock.ms += narrowMs)).then(() => ({})));
    wide.run.mockImplementation(() => Promise.resolve((clock.ms += wideMs)).then(() => ({})));
  };
  takes(40, 25);
  const runner = createLoneRunner(narrow, { openWide: open, share, now: () => clock.ms });
  return { narrow, wide, share, open, takes, runner };
}

async function runTimes(runner: Runner, times: number): Promise<void> {
  for (let run = 0; run < times; run += 1) await runner.run({});
}

it('opens the model with all threads when lone runs come again, and uses it for those alone', async () => {
  const { narrow, wide, share, open, runner } = start();
  await runTimes(runner, 2);
  share.isAlone = false;
  await runTimes(runner, 5);
  expect(runner.memoryBytes).toBe(100);
  share.isAlone = true;
  await runTimes(runner, 1);
  await vi.waitFor(() => expect(runner.memoryBytes).toBe(130));
  await runTimes(runner, 2);
  share.isAlone = false;
  await runTimes(runner, 1);
  expect([open, wide.run, narrow.run].map(({ mock }) => mock.calls.length)).toEqual([1, 2, 9]);
  await runner.release();
  expect([narrow.release, wide.release].map(({ mock }) => mock.calls.length)).toEqual([1, 1]);
});

it('takes the session whose runs take less time, and tries the other at times', async () => {
  const { narrow, wide, takes, runner } = start();
  const counts = async (runs: number) => {
    const before = [narrow, wide].map(({ run }) => run.mock.calls.length);
    await runTimes(runner, runs);
    return [narrow, wide].map(({ run }, index) => run.mock.calls.length - before[index]!);
  };
  await runTimes(runner, 3);
  await vi.waitFor(() => expect(runner.memoryBytes).toBe(130));
  expect(await counts(32)).toEqual([2, 30]);
  takes(40, 400); // another program uses the cores
  const [narrowRuns] = await counts(32);
  expect(narrowRuns).toBeGreaterThan(26);
  takes(40, 25);
  const [, wideRuns] = await counts(160);
  expect(wideRuns).toBeGreaterThan(130); // the first try shows that it is the faster one again
});

it('is not misled by one run that was held up, nor for long by those while other workers started', async () => {
  const { wide, takes, runner } = start();
  await runTimes(runner, 3);
  await vi.waitFor(() => expect(runner.memoryBytes).toBe(130));
  takes(40, 90);
  await runTimes(runner, 6);
  takes(40, 25);
  await runTimes(runner, 16);
  const before = wide.run.mock.calls.length;
  takes(40, 200);
  await runTimes(runner, 1);
  takes(40, 25);
  await runTimes(runner, 11);
  expect(wide.run.mock.calls.length - before).toBe(11); // and one try of the other
});

it('goes on with its own threads if there is no room for more', async () => {
  const { narrow, open, runner } = start(() => Promise.reject(new Error('out of memory')));
  await runTimes(runner, 3);
  await vi.waitFor(() => expect(open).toHaveBeenCalledOnce());
  await runTimes(runner, 20);
  expect([open, narrow.run].map(({ mock }) => mock.calls.length)).toEqual([1, 23]);
  await runner.release();
});

it('opens nothing once it is released, and releases what was being opened', async () => {
  const early = start();
  await runTimes(early.runner, 3);
  await early.runner.release();
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(early.open).not.toHaveBeenCalled();

  const late = start((wide) => new Promise((resolve) => setTimeout(() => resolve(wide), 100)));
  await runTimes(late.runner, 3);
  await vi.waitFor(() => expect(late.open).toHaveBeenCalled());
  await late.runner.release();
  expect(late.wide.release).toHaveBeenCalledOnce();
});
