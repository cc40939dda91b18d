import type { ProcessRuntime } from '../../contract/index.js';
import type { ReadyWorker } from '../channel/spawn-worker.js';
import { isBlockedWhileIdle } from '../queue/hanging/hang-detection.js';
import {
  isResponsive,
  nextWorkerLife,
  workerOf,
  type WorkerEvent,
  type WorkerLife,
} from '../queue/workers/worker-life.js';

/** How often to check whether the machine has memory for one more worker by now. */
export const LOOK_AGAIN_MS = 10_000;
const FIRST_DELAY_MS = 1000;
const LONGEST_DELAY_MS = 60_000;

export interface StandbyOptions {
  /** Starts a worker whose models are open; ends it when the signal aborts. */
  readonly spawn: (signal: AbortSignal) => Promise<ReadyWorker>;
  /** Whether the machine has the memory now. */
  readonly mayStart: () => boolean;
  /** How long to wait before the first is started. */
  readonly delayMs: number;
}

/** A worker that stands by to take the place of one that ends, so that its successor need not open models first. */
export interface Standby {
  readonly isReady: boolean;
  /** Returns the worker, if one is ready; the next one is then started. */
  take(): ReadyWorker | undefined;
  describe(): readonly ProcessRuntime[];
  close(): Promise<void>;
}

/** A standby that cannot be started is no error: where a worker is needed, one is started. */
export function createStandby(options: StandbyOptions): Standby {
  return new StandbyWorker(options);
}

class StandbyWorker implements Standby {
  readonly #options: StandbyOptions;
  readonly #closing = new AbortController();
  #life: WorkerLife = { name: 'starting' };
  #starting: Promise<void> | undefined;
  #failures = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: StandbyOptions) {
    this.#options = options;
    this.#startAfter(options.delayMs);
  }

  get isReady(): boolean {
    return this.#life.name === 'standby' && isResponsive(this.#life);
  }

  take(): ReadyWorker | undefined {
    if (!this.isReady) return undefined; // a late one comes back, or is ended as frozen
    const worker = workerOf(this.#life);
    this.#change({ type: 'take' });
    this.#failures = 0;
    this.#startAfter(0);
    return worker;
  }

  describe(): readonly ProcessRuntime[] {
    const worker = workerOf(this.#life);
    return worker && this.isReady ? [{ ...worker.state, state: 'standby', crashes: 0 }] : [];
  }

  async close(): Promise<void> {
    this.#closing.abort();
    clearTimeout(this.#timer);
    await this.#starting;
    const worker = workerOf(this.#life);
    this.#kill('closed');
    await worker?.exited;
  }

  #change(event: WorkerEvent): void {
    this.#life = nextWorkerLife(this.#life, event);
  }

  #kill(cause: 'closed' | 'frozen'): void {
    const worker = workerOf(this.#life);
    this.#change({ type: 'kill', cause });
    worker?.kill(cause);
  }

  #startAfter(delayMs: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      if (this.#options.mayStart()) this.#starting = this.#start().finally(() => (this.#starting = undefined));
      else this.#startAfter(LOOK_AGAIN_MS);
    }, delayMs).unref();
  }

  #retry(): void {
    if (this.#closing.signal.aborted) return;
    this.#failures += 1;
    this.#startAfter(Math.min(FIRST_DELAY_MS * 2 ** (this.#failures - 1), LONGEST_DELAY_MS));
  }

  async #start(): Promise<void> {
    let worker: ReadyWorker;
    try {
      worker = await this.#options.spawn(this.#closing.signal);
    } catch {
      this.#retry(); // callers learn what is wrong when a worker is needed and cannot be had
      return;
    }
    if (this.#closing.signal.aborted) {
      worker.kill('closed');
      return;
    }
    this.#change({ type: 'keep', worker });
    const isMine = (): boolean => workerOf(this.#life) === worker;
    worker.listen(() => {
      if (isMine() && isBlockedWhileIdle(worker.heartbeat, Infinity, Infinity)) this.#kill('frozen');
    });
    void worker.exited.then(() => {
      if (!isMine()) return;
      this.#change({ type: 'exit' });
      this.#retry();
    });
  }
}
