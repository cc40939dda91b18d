import type { ChildExit, ZooChild } from './spawn-child.js';

const FIRST_DELAY_MS = 100;
const LONGEST_DELAY_MS = 10_000;
const CLOSE_WITHIN_MS = 5_000;

export interface ChildEvents {
  onReady(child: ZooChild): void;
  onExit(exit: ChildExit): void;
  /** A replacement could not be started, for the `attempts`th time in a row; another attempt follows. */
  onUnable(error: unknown, attempts: number): void;
}

export interface KeptChild {
  /** The process has done what it is for: what ends it later is not held against its replacement. */
  prove(): void;
  close(): Promise<void>;
}

/**
 * Keeps one process running until closed: the first replacement comes at once, those after processes that proved nothing with a growing
 * delay. Rejects when the first process cannot start: that is a fault of the config, which another attempt would not mend.
 */
export async function keepChild(spawn: () => Promise<ZooChild>, events: ChildEvents): Promise<KeptChild> {
  let current: ZooChild | undefined;
  let isClosed = false;
  let endings = 0;
  let timer: NodeJS.Timeout | undefined;

  function adopt(child: ZooChild): void {
    if (isClosed) {
      child.kill('closed');
      return;
    }
    current = child;
    void child.exited.then((exit) => {
      current = undefined;
      if (isClosed) return;
      if (exit.cause !== 'cancelled') endings += 1; // it did nothing wrong
      replace(0);
      events.onExit(exit);
    });
    events.onReady(child);
  }

  function replace(attempts: number): void {
    const bad = endings + attempts;
    const delayMs = bad <= 1 ? 0 : Math.min(FIRST_DELAY_MS * 2 ** (bad - 2), LONGEST_DELAY_MS);
    timer = setTimeout(() => {
      spawn().then(adopt, (error: unknown) => {
        if (isClosed) return;
        events.onUnable(error, attempts + 1);
        replace(attempts + 1);
      });
    }, delayMs);
  }

  adopt(await spawn());
  return {
    prove: () => void (endings = 0),
    async close() {
      isClosed = true;
      clearTimeout(timer);
      const child = current;
      if (!child) return;
      const late = setTimeout(() => child.kill('closed'), CLOSE_WITHIN_MS);
      await child.send({ type: 'close' });
      await child.exited;
      clearTimeout(late);
    },
  };
}
