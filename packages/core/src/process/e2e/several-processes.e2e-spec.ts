import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Zoo } from '../../contract/index.js';
import type { testClasses, testMasks, testSlow } from '../../testing/test-heads.js';
import { createTestImage } from '../../testing/test-image.js';
import type { ConnectOptions } from '../connect-options.js';
import { connectZoo } from '../connect-zoo.js';
import { planWorkers } from '../pool/plan-workers.js';

/** Starts from the build: `npm test` makes it. */
const config = new URL('../../../test/test-zoo.config.mjs', import.meta.url);
/** `testSlow` computes for minutes. */
const LONG = 1e8;
const WAIT = { timeout: 60_000, interval: 20 };
/** Each starts several processes, which takes its time on a busy machine. */
vi.setConfig({ testTimeout: 180_000 });

type Heads = readonly [typeof testMasks, typeof testClasses, typeof testSlow];

const onExit = vi.fn();
let zoo: Zoo<Heads>;

async function connect(options: Partial<ConnectOptions>): Promise<void> {
  zoo = await connectZoo<Heads>({
    config,
    onExit,
    ...options,
  });
}

afterEach(async () => {
  await zoo.close();
  onExit.mockClear();
});

const states = () => zoo.runtime().processes.map(({ state }) => state);
const pids = () => zoo.runtime().processes.map(({ pid }) => pid);
const untilStates = (expected: readonly string[]) => vi.waitFor(() => expect(states()).toEqual(expected), WAIT);

describe('a standby process', () => {
  it('takes the place of one that runs a model for nobody, with its models open; others see nothing of it', async () => {
    await connect({ standby: true, killAfterMs: 600_000 }); // nothing but the grace time ends the process
    await untilStates(['up', 'standby']);
    const [first, standby] = zoo.runtime().processes;
    expect(standby!.models.map(({ id }) => id)).toContain('test-masks');
    expect(first!.models).toEqual([]); // its own would be opened when needed
    await zoo.analyze(await createTestImage({ seed: 1 }), { 'test-slow': {} }); // and are, from here on

    const leaving = new AbortController();
    const left = zoo.analyze(
      await createTestImage({ seed: 1 }),
      { 'test-slow': { rounds: LONG } },
      { signal: leaving.signal },
    );
    const late = zoo.analyze(
      await createTestImage({ seed: 2 }),
      { 'test-slow': { rounds: LONG } },
      { deadlineMs: 3000 },
    );
    const innocent = [3, 4].map(async (seed) =>
      zoo.analyze(await createTestImage({ seed }), { 'test-masks': {}, 'test-classes': {} }),
    );
    setTimeout(() => leaving.abort(new Error('left')), 2000); // its model runs by then
    await expect(left).rejects.toThrow('left');
    expect(await late).toMatchObject({ 'test-slow': { ok: false, error: { code: 'DEADLINE_EXCEEDED' } } });
    for (const answer of await Promise.all(innocent)) {
      expect(answer).toMatchObject({ 'test-masks': { ok: true }, 'test-classes': { ok: true } });
    }
    expect(onExit).toHaveBeenCalledWith({ code: null, signal: 'SIGKILL', cause: 'cancelled' });
    expect(pids()).not.toContain(first!.pid);
    await untilStates(['up', 'standby']);
    expect(zoo.runtime()).toMatchObject({ state: 'ready', processes: [{ crashes: 0 }, {}], queue: { quarantined: 0 } });
  });

  it('that is killed is replaced as well', async () => {
    await connect({ standby: true });
    await untilStates(['up', 'standby']);
    const [, pid] = pids();
    process.kill(pid!, 'SIGKILL');
    await untilStates(['up']);
    await untilStates(['up', 'standby']);
    expect(pids()).not.toContain(pid);
    expect(onExit).not.toHaveBeenCalled();
  });
});

describe('several processes', () => {
  it('share the threads and the images, and answer for one that is down', async () => {
    await connect({ processes: 2, standby: false });
    expect(zoo.runtime()).toMatchObject({ state: 'ready', processes: [{ threads: 1 }, { threads: 1 }] });
    const images = await Promise.all([1, 2, 3, 4, 5, 6].map((seed) => createTestImage({ seed })));
    const ask = () => Promise.all(images.map((image) => zoo.analyze(image, { 'test-classes': {} })));
    const cachedOf = (answers: Awaited<ReturnType<typeof ask>>) =>
      answers.map(({ 'test-classes': outcome }) => outcome.ok && outcome.provenance.cached);
    expect(cachedOf(await ask())).toEqual(images.map(() => false));
    await vi.waitFor(() => {
      for (const { models } of zoo.runtime().processes) expect(models).toHaveLength(2); // both have worked
    }, WAIT);
    expect(cachedOf(await ask())).toEqual(images.map(() => true));

    const [first, second] = pids();
    process.kill(first!, 'SIGKILL');
    await vi.waitFor(() => expect(zoo.runtime().state).toBe('degraded'), WAIT);
    for (const answer of await ask()) expect(answer).toMatchObject({ 'test-classes': { ok: true } });
    await untilStates(['up', 'up']);
    expect(pids()[1]).toBe(second);
    expect(zoo.runtime()).toMatchObject({ state: 'ready', processes: [{ crashes: 1 }, { crashes: 0 }] });
  });

  it("'auto' answers when the first is there; the others follow, as cores and memory suit, with models open", async () => {
    await connect({ processes: 'auto', standby: false });
    expect(states()).toEqual(['up']);
    await vi.waitFor(() => expect(pids()).toHaveLength(planWorkers('auto').length), WAIT);
    for (const { models } of zoo.runtime().processes) expect(models.map(({ id }) => id)).toContain('test-classes');
  });

  it('that cannot start leave none behind', async () => {
    await connect({ standby: false });
    await expect(connectZoo({ config, processes: 0 })).rejects.toMatchObject({ code: 'INVALID_PARAM' });
    await expect(connectZoo({ config, processes: 2, execArgv: ['--no-such-option'] })).rejects.toMatchObject({
      code: 'BACKEND_UNAVAILABLE',
    });
  });
});
