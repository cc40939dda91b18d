import { setImmediate } from 'node:timers/promises';
import type { SharedRank } from '../../flow/shared-rank.js';
import { createFairQueue, type Rank } from '../../flow/fair-queue.js';

/** A run that waits for a device. */
export interface QueuedRun extends Rank {
  readonly signal: AbortSignal;
  /** Takes precedence over the rank of the run itself, and may change while the run waits. */
  readonly sharedRank?: SharedRank | undefined;
  /** Runs of one model with the same `item` may go in one batch. Undefined for a run that has to go alone. */
  readonly batch?: { readonly model: BatchLimits; readonly item: string } | undefined;
}

/** The limits of one model's batches; `maxBatch` may change. */
export interface BatchLimits {
  readonly maxBatch: number;
  readonly waitMs: number;
}

/**
 * The runs that wait for a device. A run whose signal aborts while it waits leaves the queue at once and never runs.
 */
export interface DeviceQueue<T extends QueuedRun> {
  add(run: T): void;
  /** Puts a run that was taken in front of all others of its priority. */
  putBack(run: T): void;
}

export interface DeviceQueueOptions {
  /** Whether one batch has to end before the next begins. Otherwise each begins at once. */
  readonly isOneByOne: boolean;
}

/**
 * Passes the runs that wait to `execute`: the next one, and others that may go in one batch with it. `execute` must not
 * reject.
 */
export function createDeviceQueue<T extends QueuedRun>(
  execute: (runs: readonly T[]) => Promise<void>,
  options: DeviceQueueOptions,
): DeviceQueue<T> {
  return new Queue(execute, options);
}

class Queue<T extends QueuedRun> implements DeviceQueue<T> {
  readonly #execute: (runs: readonly T[]) => Promise<void>;
  readonly #isOneByOne: boolean;
  readonly #waiting = createFairQueue<T>();
  /** For each run that waits, what removes its listeners. */
  readonly #stopListening = new WeakMap<T, () => void>();
  #isServing = false;
  #onPut: () => void = () => undefined;

  constructor(execute: (runs: readonly T[]) => Promise<void>, { isOneByOne }: DeviceQueueOptions) {
    this.#execute = execute;
    this.#isOneByOne = isOneByOne;
  }

  add(run: T): void {
    this.#put(run, 'add');
  }

  putBack(run: T): void {
    this.#put(run, 'putBack');
  }

  #put(run: T, how: 'add' | 'putBack'): void {
    this.#listen(run);
    this.#waiting[how](run, rankOf(run));
    this.#onPut();
    if (!this.#isServing) void this.#serve();
  }

  #listen(run: T): void {
    const waiting = this.#waiting;
    const onAbort = (): void => void waiting.remove(run);
    const stopFollowing = run.sharedRank?.onChange(() => {
      if (waiting.remove(run)) waiting.add(run, rankOf(run));
    });
    run.signal.addEventListener('abort', onAbort, { once: true });
    this.#stopListening.set(run, () => {
      run.signal.removeEventListener('abort', onAbort);
      stopFollowing?.();
    });
  }

  async #serve(): Promise<void> {
    this.#isServing = true;
    while (this.#waiting.size > 0) {
      const taken = await this.#take();
      for (const run of taken) this.#stopListening.get(run)!();
      const running = taken.length > 0 ? this.#execute(taken) : undefined;
      if (this.#isOneByOne) await running;
    }
    this.#isServing = false;
  }

  async #take(): Promise<readonly T[]> {
    const next = this.#waiting.take();
    if (!next?.batch) return next ? [next] : [];
    // It stays in the queue, where an abort finds it, while others come, such as those whose image the last run has
    // encoded.
    this.#waiting.putBack(next, rankOf(next));
    await (next.batch.model.waitMs > 0 ? this.#waitForMore(next.batch.model) : setImmediate());
    const first = this.#waiting.take(); // another one, if interactive work came meanwhile
    if (!first?.batch) return first ? [first] : [];
    const { model, item } = first.batch;
    const suits = ({ batch }: T): boolean => batch?.model === model && batch.item === item;
    return [first, ...this.#waiting.takeBatch(rankOf(first), suits, model.maxBatch - 1)];
  }

  /** Ends early when a whole batch waits, so that the device does not stand idle for nothing. */
  #waitForMore({ maxBatch, waitMs }: BatchLimits): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, waitMs);
      this.#onPut = () => {
        if (this.#waiting.size < maxBatch) return;
        clearTimeout(timer);
        resolve();
      };
      this.#onPut();
    });
  }
}

function rankOf({ sharedRank, priority, caller }: QueuedRun): Rank {
  return sharedRank?.current ?? { priority, caller };
}
