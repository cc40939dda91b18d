import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import {
  float32Tensor,
  ZooError,
  type Batching,
  type Session,
  type Tensors,
  type ZooEvent,
} from '../src/contract/index.js';
import { createBatcher } from '../src/sessions/batching/batch-models.js';
import { createDeviceScheduler, type RunRequest, type ModelRole } from '../src/sessions/scheduling/device-scheduler.js';

export const POISON = -1;

const twice: (value: number, all: readonly number[]) => number = (value) => 2 * value;

/** Doubles its numbers; a run with POISON in it fails. Knows what ran. */
export function createDoubling({ most = Infinity, double = twice } = {}) {
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

export const one = (value: number, length = 1): Tensors => ({
  x: float32Tensor([1, length], new Float32Array(length).fill(value)),
});

export function createRuns(batching: Batching | undefined, { isBlocking = true } = {}) {
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

export const values = (results: readonly PromiseSettledResult<number[]>[]) =>
  results.map((result) => (result.status === 'fulfilled' ? result.value[0] : (result.reason as Error).message));

/** The first batch is compared with runs alone; after that, batches are trusted. */
export async function createProven(batching: Batching = { maxBatch: 4 }, doubling = createDoubling()) {
  const all = createRuns(batching);
  await all.whileBusy(() => [1, 2].map((value) => all.run(doubling.session, one(value))));
  expect(doubling.runs).toEqual([[1, 2], [1], [2]]);
  doubling.runs.length = 0;
  all.events.length = 0;
  return { ...all, ...doubling };
}
