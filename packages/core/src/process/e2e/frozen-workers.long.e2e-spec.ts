import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Zoo, ZooEvent } from '../../contract/index.js';
import type { testClasses, testMasks, testSlow } from '../../testing/test-heads.js';
import { createTestImage } from '../../testing/test-image.js';
import type { ConnectOptions } from '../connect-options.js';
import { connectZoo } from '../connect-zoo.js';
import { HEARTBEAT_FD, WORKER_STDIO } from '../heartbeat/heartbeat-channel.js';

/** Starts from the build: `npm test` makes it. */
const config = new URL('../../../test/test-zoo.config.mjs', import.meta.url);
const WATCHDOG = new URL('../../../dist/process/heartbeat/start-watchdog.js', import.meta.url).href;
/** `testSlow` computes for minutes. */
const LONG = 1e8;
const WAIT = { timeout: 60_000, interval: 20 };
/** A caller who would wait for a run that hangs waits for this long; far more than a frozen process may hold it up. */
const DEADLINE_MS = 60_000;
vi.setConfig({ testTimeout: 180_000 });

type Heads = readonly [typeof testMasks, typeof testClasses, typeof testSlow];

const events: ZooEvent[] = [];
let zoo: Zoo<Heads>;
let killLeftover = (): void => undefined;

async function connect(options: Partial<ConnectOptions> = {}): Promise<void> {
  zoo = await connectZoo<Heads>({ config, observer: (event) => void events.push(event), standby: false, ...options });
}

function freeze(pid: number): void {
  process.kill(pid, 'SIGSTOP');
  killLeftover = () => process.kill(pid, 'SIGKILL');
}

afterEach(async () => {
  await zoo.close();
  events.length = 0;
  try {
    killLeftover();
  } catch {
    // It is gone, as it should be.
  }
});

const processes = () => zoo.runtime().processes;
const exits = () => events.flatMap((event) => (event.type === 'exit' ? [event.cause] : []));
const image = await createTestImage();

describe('a process that is frozen', () => {
  it('while it has nothing to do is found out, said to be unresponsive, and replaced before anybody asks', async () => {
    await connect();
    const { pid } = processes()[0]!;
    freeze(pid);
    await vi.waitFor(() => expect(processes()[0]!.state).toBe('unresponsive'), WAIT);
    expect(zoo.runtime()).toMatchObject({ state: 'degraded', reason: expect.stringContaining('heartbeat') as string });
    await vi.waitFor(() => expect(exits()).toEqual(['frozen']), WAIT);
    await vi.waitFor(() => expect(zoo.runtime().state).toBe('ready'), WAIT);
    expect(processes()[0]!.pid).not.toBe(pid);
    expect(await zoo.analyze(image, { 'test-classes': {} })).toMatchObject({ 'test-classes': { ok: true } });
  });

  it('with calls does not hold them until their deadline: they are answered by the next one', async () => {
    await connect({ heartbeatTimeoutMs: 2000 });
    await zoo.analyze(image, { 'test-classes': {} });
    freeze(processes()[0]!.pid);
    const images = await Promise.all([1, 2, 3].map((seed) => createTestImage({ seed })));
    const calls = images.map((one) => zoo.analyze(one, { 'test-masks': {} }, { deadlineMs: DEADLINE_MS }));
    for (const answer of await Promise.all(calls)) expect(answer).toMatchObject({ 'test-masks': { ok: true } });
    expect(exits()).toEqual(['frozen']);
    expect(zoo.runtime().queue.quarantined).toBe(0);
  });

  it('in the middle of a run is replaced as well, and its call asked again', async () => {
    await connect({ heartbeatTimeoutMs: 2000 });
    await zoo.analyze(image, { 'test-slow': { rounds: 1 } });
    const leaving = new AbortController();
    const slow = zoo.analyze(image, { 'test-slow': { rounds: LONG } }, { signal: leaving.signal });
    slow.catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, 500)); // its models are open, so that it runs by then
    freeze(processes()[0]!.pid);
    await vi.waitFor(() => expect(exits()).toEqual(['frozen']), WAIT);
    leaving.abort(new Error('left'));
    await expect(slow).rejects.toThrow('left');
  });

  it('in standby does not count as ready, and is replaced', async () => {
    await connect({ standby: true, heartbeatTimeoutMs: 2000 });
    await vi.waitFor(() => expect(processes().map(({ state }) => state)).toEqual(['up', 'standby']), WAIT);
    const { pid } = processes()[1]!;
    freeze(pid);
    await vi.waitFor(() => expect(processes()).toHaveLength(1), WAIT);
    await vi.waitFor(() => expect(processes()).toHaveLength(2), WAIT);
    expect(processes()[1]!.pid).not.toBe(pid);
    expect(exits()).toEqual([]); // nobody was with it
  });

  it('is not what a long run looks like', async () => {
    await connect({ heartbeatTimeoutMs: 2500, stallAfterMs: 600_000 });
    const { pid } = processes()[0]!;
    const rounds = 3e6; // 6 seconds and more, in which its main thread does nothing else; minutes on a busy machine
    expect(await zoo.analyze(image, { 'test-slow': { rounds } })).toMatchObject({ 'test-slow': { ok: true } });
    expect(processes()[0]!.pid).toBe(pid);
    expect(exits()).toEqual([]);
  });
});

it('a worker that is frozen as soon as it is ready has sent the heartbeat from which on it is watched', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'medzoo-watchdog-'));
  const entry = join(folder, 'entry.mjs');
  await writeFile(
    entry,
    `import { startWatchdog } from ${JSON.stringify(WATCHDOG)};
    await startWatchdog({ heartbeatFd: ${HEARTBEAT_FD}, leaveWithinMs: 1000 });
    process.kill(process.pid, 'SIGSTOP');`,
  );
  const child = fork(entry, { stdio: [...WORKER_STDIO], execArgv: [] });
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await rm(folder, { recursive: true });
  });
  const [beats] = (await once(child.stdio[HEARTBEAT_FD] as Readable, 'data')) as [Uint8Array];
  expect(beats.length).toBeGreaterThan(0);
});

it("ends with its parent, although that was killed and a model's run holds its main thread", async () => {
  await connect();
  const parent = `
    import { connectZoo } from '@medzoo/core';
    import { createTestImage } from '@medzoo/core/testing';
    const zoo = await connectZoo({ config: new URL(${JSON.stringify(config.href)}), standby: false });
    void zoo.analyze(await createTestImage(), { 'test-slow': { rounds: ${LONG} } });
    setTimeout(() => process.kill(process.pid, 'SIGKILL'), 3000);`;
  const gone = spawn(process.execPath, ['--input-type=module', '--eval', parent], {
    cwd: new URL('../../..', import.meta.url),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  gone.stdout.resume();
  await once(gone, 'close'); // the pipe is shared with the child: it closes when both are gone
  expect(gone.signalCode).toBe('SIGKILL');
});
