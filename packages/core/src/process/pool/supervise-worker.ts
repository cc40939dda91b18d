import type { WorkerExit } from '../channel/fork-worker.js';
import type { ReadyWorker } from '../channel/spawn-worker.js';

const FIRST_DELAY_MS = 100;
const LONGEST_DELAY_MS = 10_000;
const CLOSE_WITHIN_MS = 5_000;

export interface SupervisorEvents {
  onReady(worker: ReadyWorker): void;
  onExit(exit: WorkerExit): void;
  /**
   * A replacement could not be started, for the `attempts`th time in a row. Another attempt follows, unless no
   * worker is to be replaced any more.
   */
  onUnable(error: unknown, attempts: number): void;
  /** The worker has no calls any more and is told to end; the next one is ready. Its `onExit` follows. */
  onRetired(): void;
}

export interface SupervisedWorker {
  /** The worker has answered a call: if it ends later, that does not delay its replacement. */
  markHealthy(): void;
  /**
   * Starts another worker, waits for `drain`, and replaces the present worker. Does nothing while that is under way. If
   * no other can be started, the present one goes on.
   */
  recycle(drain: () => Promise<void>): Promise<void>;
  close(): Promise<void>;
}

/**
 * Keeps one worker running until closed. The first replacement starts at once; after workers that answered nothing,
 * replacements start with a growing delay. Rejects when the first worker cannot start: that is a fault of the config,
 * which another attempt would not fix. When `signal` aborts no worker is replaced any more, and `spawn` rejects: that
 * is told by `onUnable` at once, for callers who wait.
 */
export async function superviseWorker(
  spawn: () => Promise<ReadyWorker>,
  events: SupervisorEvents,
  signal: AbortSignal,
): Promise<SupervisedWorker> {
  const first = await spawn();
  const supervisor = new Supervisor(spawn, events, signal);
  supervisor.adopt(first);
  return supervisor;
}

class Supervisor implements SupervisedWorker {
  readonly #spawn: () => Promise<ReadyWorker>;
  readonly #events: SupervisorEvents;
  readonly #signal: AbortSignal;
  readonly #retiring = new Set<Promise<void>>();
  #current: ReadyWorker | undefined;
  #isClosed = false;
  /** Workers in a row that ended and had answered nothing. */
  #endings = 0;
  /** The attempt that is put off, if one is. */
  #next: { readonly timer: NodeJS.Timeout; readonly attempts: number } | undefined;
  #recycling: Promise<void> | undefined;

  constructor(spawn: () => Promise<ReadyWorker>, events: SupervisorEvents, signal: AbortSignal) {
    this.#spawn = spawn;
    this.#events = events;
    this.#signal = signal;
    signal.addEventListener('abort', this.#putOffNoMore, { once: true });
  }

  adopt(worker: ReadyWorker): void {
    if (this.#isClosed) {
      worker.kill('closed');
      return;
    }
    this.#current = worker;
    void worker.exited.then((exit) => this.#onExit(worker, exit));
    this.#events.onReady(worker);
  }

  markHealthy(): void {
    this.#endings = 0;
  }

  async recycle(drain: () => Promise<void>): Promise<void> {
    if (this.#isClosed || this.#recycling || !this.#current) return;
    this.#recycling = this.#replaceWhenDrained(this.#current, drain).finally(() => (this.#recycling = undefined));
    await this.#recycling;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#signal.removeEventListener('abort', this.#putOffNoMore);
    clearTimeout(this.#next?.timer);
    const ending = this.#current && endWorker(this.#current, 'closed');
    await Promise.all([ending, this.#recycling, ...this.#retiring]);
  }

  #onExit(worker: ReadyWorker, exit: WorkerExit): void {
    if (this.#isClosed) return;
    if (this.#current !== worker) {
      this.#events.onExit({ ...exit, cause: 'recycled' });
      return;
    }
    this.#current = undefined;
    this.#replaceEnded(exit);
  }

  #replaceEnded(exit: WorkerExit): void {
    if (exit.cause !== 'cancelled') this.#endings += 1; // one that was cancelled did nothing wrong
    this.#replace(0);
    this.#events.onExit(exit);
  }

  /** Starts the next worker, after a delay that grows with what went wrong in a row. */
  #replace(attempts: number): void {
    const bad = this.#endings + attempts;
    const delayMs = bad <= 1 ? 0 : Math.min(FIRST_DELAY_MS * 2 ** (bad - 2), LONGEST_DELAY_MS);
    const timer = setTimeout(() => this.#attempt(attempts), this.#signal.aborted ? 0 : delayMs);
    this.#next = { timer, attempts };
  }

  #attempt(attempts: number): void {
    this.#next = undefined;
    this.#spawn().then(
      (worker) => this.adopt(worker),
      (error: unknown) => {
        if (this.#isClosed) return;
        this.#events.onUnable(error, attempts + 1);
        if (!this.#signal.aborted) this.#replace(attempts + 1);
      },
    );
  }

  readonly #putOffNoMore = (): void => {
    if (!this.#next) return;
    clearTimeout(this.#next.timer);
    this.#attempt(this.#next.attempts);
  };

  async #replaceWhenDrained(worker: ReadyWorker, drain: () => Promise<void>): Promise<void> {
    const next = await this.#spawn().catch(() => undefined);
    if (!next) return;
    let ended: WorkerExit | undefined;
    void next.exited.then((exit) => (ended = exit));
    const isCurrent = (): boolean => !this.#isClosed && this.#current === worker;
    if (isCurrent()) await Promise.race([drain(), worker.exited]);
    if (!isCurrent()) {
      next.kill('closed'); // the worker ended of itself meanwhile, and is replaced as any other
      return;
    }
    this.#current = undefined;
    this.#events.onRetired();
    const ending = endWorker(worker, 'recycled').finally(() => this.#retiring.delete(ending));
    this.#retiring.add(ending);
    // There may not have been memory for both. One that is gone gets no calls: they would be blamed for its end.
    if (ended) this.#replaceEnded(ended);
    else this.adopt(next);
  }
}

async function endWorker(worker: ReadyWorker, cause: 'closed' | 'recycled'): Promise<void> {
  const late = setTimeout(() => worker.kill(cause), CLOSE_WITHIN_MS);
  void worker.send({ type: 'close' }); // not awaited: a worker that is frozen does not read it
  await worker.exited;
  clearTimeout(late);
}
