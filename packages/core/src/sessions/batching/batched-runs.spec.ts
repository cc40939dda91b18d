import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { createDoubling, createProven, createRuns, one, values } from '../../../test/batched-runs.js';
import { float32Tensor, type Session, type Tensors } from '../../contract/index.js';

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
