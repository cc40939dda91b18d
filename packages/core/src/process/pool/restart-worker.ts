import type { ChildExit } from '../channel/fork-worker.js';
import type { ZooChild } from '../channel/spawn-worker.js';

const FIRST_DELAY_MS = 100;
const LONGEST_DELAY_MS = 10_000;
const CLOSE_WITHIN_MS = 5_000;

export interface ChildEvents {
  onReady(child: ZooChild): void;
  onExit(exit: ChildExit): void;
  /** A replacement could not be started, for the `attempts`th time in a row; another attempt follows. */
  onUnable(error: unknown, attempts: number): void;
  /** The process has no calls any more and is told to end; the next one is ready. Its `onExit` follows. */
  onRetired(): void;
}

export interface KeptChild {
  /** The process has done what it is for: what ends it later is not held against its replacement. */
  prove(): void;
  /**
   * Replaces the process with one that is ready before, once `drain` has resolved; nothing happens where that is under way. A process that
   * cannot be had is no fault here: the present one goes on.
   */
  recycle(drain: () => Promise<void>): Promise<void>;
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
  let recycling: Promise<void> | undefined;
  const retiring = new Set<Promise<void>>();

  function adopt(child: ZooChild): void {
    if (isClosed) {
      child.kill('closed');
      return;
    }
    current = child;
    void child.exited.then((exit) => {
      if (isClosed) return;
      if (current !== child) {
        events.onExit({ ...exit, cause: 'recycled' });
        return;
      }
      current = undefined;
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

  async function end(child: ZooChild, cause: 'closed' | 'recycled'): Promise<void> {
    const late = setTimeout(() => child.kill(cause), CLOSE_WITHIN_MS);
    void child.send({ type: 'close' }); // is not waited for: a process that is frozen does not read it
    await child.exited;
    clearTimeout(late);
  }

  async function recycle(worn: ZooChild, drain: () => Promise<void>): Promise<void> {
    const next = await spawn().catch(() => undefined);
    if (!next) return;
    if (!isClosed && current === worn) await Promise.race([drain(), worn.exited]);
    if (isClosed || current !== worn) {
      next.kill('closed'); // it ended of itself meanwhile, and is replaced as any other
      return;
    }
    current = undefined;
    events.onRetired();
    const ending = end(worn, 'recycled').finally(() => retiring.delete(ending));
    retiring.add(ending);
    adopt(next);
  }

  adopt(await spawn());
  return {
    prove: () => void (endings = 0),
    async recycle(drain) {
      if (isClosed || recycling || !current) return;
      recycling = recycle(current, drain).finally(() => (recycling = undefined));
      await recycling;
    },
    async close() {
      isClosed = true;
      clearTimeout(timer);
      const ending = current && end(current, 'closed');
      await Promise.all([ending, recycling, ...retiring]);
    },
  };
}
