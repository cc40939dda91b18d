import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi, type MockInstance } from 'vitest';
import {
  float32Tensor,
  ZooError,
  type Batching,
  type Session,
  type Tensors,
  type ZooEvent,
} from '../../contract/index.js';
import { createBatcher } from './batch-models.js';
import { createDeviceScheduler, type RunRequest, type ModelRole } from '../scheduling/device-scheduler.js';

const POISON = -1;

const twice: (value: number, all: readonly number[]) => number = (value) => 2 * value;

/** Doubles its numbers; a run with POISON in it fails. Knows what ran. */
function createDoubling({ most = Infinity, double = twice } = {}) {
  const runs: number[][] = [];
  const session: Session = {
    provider: 'test',
    async run({ x }, signal) {
      signal?.throwIfAborted();
      const values = Array.from(x!.data, Number);
      runs.push(values);
      await sleep(8);
      if (values.includes(POISON) || x!.shape[0]! > most) throw new ZooError('INFERENCE_FAILED', 'no such luck');
      return {
        y: float32Tensor(
          x!.shape,
          Float32Array.from(values, (value) => double(value, values)),
        ),
      };
    },
    close: () => Promise.resolve(),
  };
  return { session, runs };
}

const one = (value: number, length = 1): Tensors => ({
  x: float32Tensor([1, length], new Float32Array(length).fill(value)),
});

function createRuns(batching: Batching | undefined, { isBlocking = true } = {}) {
  const events: Extract<ZooEvent, { type: 'run' }>[] = [];
  const observer = (event: ZooEvent) => {
    if (event.type === 'run') events.push(event);
  };
  const batcher = createBatcher(() => batching);
  const runModel = createDeviceScheduler({ isBlocking }, { batcher, observer });
  const run = async (session: Session, feeds: Tensors, asker: Partial<RunRequest & ModelRole> = {}) => {
    const of = { role: 'head', model: 'test', priority: 'interactive', caller: '' } as const;
    const { value } = await runModel(session, feeds, { ...of, signal: new AbortController().signal, ...asker });
    return [...value.y!.data].map(Number);
  };
  /** The device is busy with something else while `ask` asks. */
  const whileBusy = async <T>(ask: () => readonly Promise<T>[]) => {
    const busy = run(createDoubling().session, one(0, 7), { model: 'other' });
    const asked = Promise.allSettled(ask());
    await busy;
    return asked;
  };
  return { run, whileBusy, events, batcher };
}

const values = (results: readonly PromiseSettledResult<number[]>[]) =>
  results.map((result) => (result.status === 'fulfilled' ? result.value[0] : (result.reason as Error).message));

let warn: MockInstance;
beforeEach(() => void (warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined)));
afterEach(() => warn.mockRestore());

/** The first batch is compared with runs alone; after that, batches are trusted. */
async function createProven(batching: Batching = { maxBatch: 4 }, doubling = createDoubling()) {
  const all = createRuns(batching);
  await all.whileBusy(() => [1, 2].map((value) => all.run(doubling.session, one(value))));
  expect(doubling.runs).toEqual([[1, 2], [1], [2]]);
  doubling.runs.length = 0;
  all.events.length = 0;
  return { ...all, ...doubling };
}

describe('runs that wait together', () => {
  it('are one run, each asker with its own answer, up to as many as may', async () => {
    const { run, whileBusy, session, runs, events } = await createProven();
    const results = await whileBusy(() =>
      [1, 2, 3, 4, 5].map((value) => run(session, one(value), { trace: `t${value}` })),
    );
    expect(values(results)).toEqual([2, 4, 6, 8, 10]);
    expect(runs).toEqual([[1, 2, 3, 4], [5]]);
    expect(events.slice(1).map(({ batch, batchIndex, trace, outcome }) => [batch, batchIndex, trace, outcome])).toEqual(
      [
        [4, 0, 't1', 'ok'],
        [4, 1, 't2', 'ok'],
        [4, 2, 't3', 'ok'],
        [4, 3, 't4', 'ok'],
        [1, 0, 't5', 'ok'],
      ],
    );
  });

  it('form no batch with runs of another shape, another model, or several items', async () => {
    const { run, whileBusy, session, runs } = await createProven();
    const other = createDoubling();
    const pair: Tensors = { x: float32Tensor([2, 1], Float32Array.of(7, 8)) };
    const results = await whileBusy(() => [
      run(session, one(1)),
      run(session, one(2, 3)),
      run(other.session, one(3)),
      run(session, pair),
      run(session, one(4)),
    ]);
    expect(values(results)).toEqual([2, 4, 6, 14, 8]);
    expect(runs).toEqual([
      [1, 4],
      [2, 2, 2],
      [7, 8],
    ]);
    expect(other.runs).toEqual([[3]]);
  });

  it('form no batches where nothing says so', async () => {
    const { run, whileBusy } = createRuns(undefined);
    const { session, runs } = createDoubling();
    await whileBusy(() => [1, 2].map((value) => run(session, one(value))));
    expect(runs).toEqual([[1], [2]]);
  });

  it('find those that come in the moment the device frees', async () => {
    const { run, session, runs } = await createProven();
    const follow = async (value: number) => run(session, one((await run(session, one(value)))[0]!));
    await Promise.all([1, 2].map(follow));
    expect(runs).toEqual([
      [1, 2],
      [2, 4],
    ]);
  });

  it('wait for company as long as they are told, and no longer than it takes to be enough', async () => {
    const { run, session, runs } = await createProven({ maxBatch: 2, waitMs: 60_000 });
    const first = run(session, one(1));
    await sleep(5);
    expect(runs).toEqual([]);
    await Promise.all([first, run(session, one(2))]);
    expect(runs).toEqual([[1, 2]]);
    const short = await createProven({ maxBatch: 2, waitMs: 3 });
    expect(await short.run(short.session, one(1))).toEqual([2]);
  });

  it('go side by side on other backends, with those that are there at the moment', async () => {
    const { run } = createRuns({ maxBatch: 4 }, { isBlocking: false });
    const { session, runs } = createDoubling();
    const ask = () => Promise.all([1, 2, 3].map((value) => run(session, one(value))));
    expect(await ask()).toEqual([[2], [4], [6]]);
    runs.length = 0;
    expect(await ask()).toEqual([[2], [4], [6]]);
    expect(runs).toEqual([[1, 2, 3]]);
  });
});

describe('whose turn it is', () => {
  it('goes before batching: interactive work is not made to wait for batch work', async () => {
    const { run, whileBusy, session, runs } = await createProven();
    const results = await whileBusy(() => [
      run(session, one(1), { priority: 'batch' }),
      run(session, one(2), { priority: 'batch' }),
      run(session, one(3)),
      run(session, one(4)),
    ]);
    expect(values(results)).toEqual([2, 4, 6, 8]);
    expect(runs).toEqual([
      [3, 4],
      [1, 2],
    ]);
  });

  it('goes before batching: a flood of one caller takes no longer turns while another waits for something else', async () => {
    const { run, whileBusy, session } = await createProven({ maxBatch: 8 });
    const other = createDoubling();
    const order: string[] = [];
    const ask = (whose: Session, value: number, caller: string) =>
      run(whose, one(value), { caller }).finally(() => order.push(`${caller}${value}`));
    await whileBusy(() => [
      ...[1, 2, 3, 4].map((value) => ask(session, value, 'flood')),
      ask(session, 5, 'third'),
      ask(other.session, 6, 'anna'),
      ask(other.session, 7, 'anna'),
    ]);
    expect(order).toEqual(['flood1', 'third5', 'anna6', 'flood2', 'anna7', 'flood3', 'flood4']);
  });
});

describe('an asker who leaves', () => {
  it('is not in the run if it has not begun, and harms nobody if it has', async () => {
    const { run, whileBusy, session, runs } = await createProven();
    const [early, late] = [new AbortController(), new AbortController()];
    const results = whileBusy(() => [
      run(session, one(1), { signal: early.signal }),
      run(session, one(2)),
      run(session, one(3), { signal: late.signal }),
    ]);
    early.abort(new Error('left early'));
    await vi.waitFor(() => expect(runs).toEqual([[2, 3]]), { interval: 1 });
    late.abort(new Error('left late'));
    expect(values(await results)).toEqual(['left early', 4, 'left late']);
    expect(runs).toEqual([[2, 3]]);
  });

  it('ends the run where it was the last, and the next runs', async () => {
    const { run } = createRuns({ maxBatch: 4 }, { isBlocking: false });
    let aborted = 0;
    const session: Session = {
      provider: 'test',
      run: (_, signal) =>
        new Promise((_resolve, reject) => {
          signal!.addEventListener('abort', () => {
            aborted += 1;
            reject(signal!.reason as Error);
          });
        }),
      close: () => Promise.resolve(),
    };
    const controllers = [new AbortController(), new AbortController()];
    const asked = Promise.allSettled(controllers.map(({ signal }) => run(session, one(1), { signal })));
    await sleep(5);
    controllers[0]!.abort(new Error('left'));
    expect(aborted).toBe(0);
    controllers[1]!.abort(new Error('left'));
    expect(values(await asked)).toEqual(['left', 'left']);
    expect(aborted).toBe(1);
    const { session: good } = createDoubling();
    expect(await run(good, one(3))).toEqual([6]);
  });
});

describe('a batch that fails', () => {
  it('is run again item by item, before what came later: only what is at fault fails', async () => {
    const { run, whileBusy, session, runs, events, batcher } = await createProven();
    const other = createDoubling();
    const results = await whileBusy(() => [
      ...[1, POISON, 3].map((value) => run(session, one(value))),
      run(other.session, one(4)).finally(() => runs.push([4])),
    ]);
    expect(values(results)).toEqual([2, 'no such luck', 6, 8]);
    expect(runs).toEqual([[1, POISON, 3], [1], [POISON], [3], [4]]);
    expect(events.slice(1, 4).map(({ batch, outcome }) => [batch, outcome])).toEqual(
      Array.from({ length: 3 }, () => [3, 'INFERENCE_FAILED']),
    );
    const of = { role: 'head', model: 'test' } as const;
    expect(batcher.maxBatchOf(session, of)).toBe(4);
    expect(warn).not.toHaveBeenCalled();
  });

  it('was too large if each item then runs well: later batches are smaller', async () => {
    const doubling = createDoubling({ most: 2 });
    const { run, whileBusy, session, runs } = await createProven({ maxBatch: 8 }, doubling);
    const ask = () => whileBusy(() => [1, 2, 3, 4].map((value) => run(session, one(value))));
    expect(values(await ask())).toEqual([2, 4, 6, 8]);
    expect(warn).toHaveBeenCalledExactlyOnceWith(
      expect.stringContaining('from now on a batch has at most 2'),
      'MedzooWarning',
    );
    runs.length = 0;
    expect(values(await ask())).toEqual([2, 4, 6, 8]);
    expect(runs).toEqual([
      [1, 2],
      [3, 4],
    ]);
  });

  it('is not repeated where each item would fail as well', async () => {
    const { run, whileBusy } = createRuns({ maxBatch: 4 });
    const busy = vi.fn(() => Promise.reject(new ZooError('BUSY', 'come back later')));
    const session: Session = { provider: 'test', run: busy, close: () => Promise.resolve() };
    const results = await whileBusy(() => [1, 2].map((value) => run(session, one(value))));
    expect(values(results)).toEqual(['come back later', 'come back later']);
    expect(busy).toHaveBeenCalledTimes(1);
  });
});

it('a model whose items influence one another is found out by its first batch, and gives nobody such an answer', async () => {
  const { run, whileBusy } = createRuns({ maxBatch: 4 });
  const { session, runs } = createDoubling({ double: (value, all) => value / Math.max(...all) });
  const ask = () => whileBusy(() => [1, 2, 4].map((value) => run(session, one(value))));
  expect(values(await ask())).toEqual([1, 1, 1]);
  expect(warn).toHaveBeenCalledExactlyOnceWith(expect.stringContaining('form no batches'), 'MedzooWarning');
  runs.length = 0;
  expect(values(await ask())).toEqual([1, 1, 1]);
  expect(runs).toEqual([[1], [2], [4]]);
});
