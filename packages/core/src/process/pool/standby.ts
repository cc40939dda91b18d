import type { ProcessRuntime } from '../../contract/index.js';
import { isBlockedForNothing } from '../queue/hang-detection.js';
import type { ZooChild } from '../channel/spawn-worker.js';

/** How often it is looked whether there is room for a reserve by now. */
const LOOK_AGAIN_MS = 10_000;
const FIRST_DELAY_MS = 1000;
const LONGEST_DELAY_MS = 60_000;

export interface ReserveOptions {
  /** Starts a process whose models are open; ends it when the signal aborts. */
  readonly spawn: (signal: AbortSignal) => Promise<ZooChild>;
  /** Whether the machine has room for it now. */
  readonly mayStart: () => boolean;
  /** Before the first is started. */
  readonly delayMs: number;
}

/** A process that waits for another to end, so that taking its place costs no opening of models. */
export interface Reserve {
  readonly isReady: boolean;
  /** The process, if one is ready; the next one is on its way then. */
  take(): ZooChild | undefined;
  describe(): readonly ProcessRuntime[];
  close(): Promise<void>;
}

/** A reserve that cannot be had is no fault: whoever needs a process starts one. */
export function createReserve({ spawn, mayStart, delayMs }: ReserveOptions): Reserve {
  const closing = new AbortController();
  let ready: ZooChild | undefined;
  let starting: Promise<void> | undefined;
  let vain = 0;
  let timer: NodeJS.Timeout;

  function fill(afterMs: number): void {
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (!mayStart()) fill(LOOK_AGAIN_MS);
      else starting = start().finally(() => (starting = undefined));
    }, afterMs).unref();
  }

  function retry(): void {
    if (closing.signal.aborted) return;
    vain += 1;
    fill(Math.min(FIRST_DELAY_MS * 2 ** (vain - 1), LONGEST_DELAY_MS));
  }

  async function start(): Promise<void> {
    let child: ZooChild;
    try {
      child = await spawn(closing.signal);
    } catch {
      retry(); // what is wrong is told when a process is needed and cannot be had
      return;
    }
    if (closing.signal.aborted) {
      child.kill('closed');
      return;
    }
    ready = child;
    child.listen(() => {
      if (ready === child && isBlockedForNothing(child.heartbeat, Infinity, Infinity)) child.kill('frozen');
    });
    void child.exited.then(() => {
      if (ready !== child) return;
      ready = undefined;
      retry();
    });
  }

  fill(delayMs);
  return {
    get isReady() {
      return ready?.heartbeat.isInTime ?? false;
    },
    take() {
      const child = ready;
      if (!child?.heartbeat.isInTime) return undefined; // it comes back, or is ended as frozen
      ready = undefined;
      vain = 0;
      fill(0);
      return child;
    },
    describe: () => (ready?.heartbeat.isInTime ? [{ ...ready.state, state: 'reserve', crashes: 0 }] : []),
    async close() {
      closing.abort();
      clearTimeout(timer);
      await starting;
      const child = ready;
      ready = undefined;
      child?.kill('closed');
      await child?.exited;
    },
  };
}
