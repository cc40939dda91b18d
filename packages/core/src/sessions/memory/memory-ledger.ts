import { ZooError, type Session } from '../../contract/index.js';
import { formatBytes } from '../../contract/text/format-bytes.js';

/** How long whoever needs room waits for others to be done with models that are open. */
export const ROOM_WITHIN_MS = 30_000;

/** A model that is open on a device, or about to be. */
export interface Kept {
  readonly key: string;
  readonly opening: Promise<Session>;
  /** By whom it is used at the moment, its opening awaited included. */
  users: number;
  /** Grows with each use of any model: the least is the least recently used. */
  usedAt: number;
  session: Session | undefined;
  isClosing: boolean;
  /** What it is taken to use now. */
  readonly needBytes: () => number;
}

/** What is needed to open a model. */
export interface Opening {
  readonly key: string;
  readonly needBytes: () => number;
  readonly open: () => Kept;
}

export interface RoomOptions {
  readonly device: string;
  /** Infinity where no budget is set. */
  readonly budgetBytes: number;
  /** What is open of this model, on whatever device. */
  readonly find: (key: string) => Kept | undefined;
  /** Closes a model that nobody uses; never rejects. */
  readonly close: (kept: Kept) => Promise<void>;
  readonly withinMs?: number;
}

/** The memory of one device, and those who want to use models in it, first come, first served. */
export interface DeviceRoom {
  readonly device: string;
  readonly kept: Set<Kept>;
  readonly usedBytes: number;
  readonly evictions: number;
  readonly budgetBytes: number;
  /**
   * A model that is open or opens now, with one user more; as soon as there is room for it and those who came before have theirs. Rejects with
   * BUSY when that takes too long, or with the signal's reason.
   */
  enter(opening: Opening, signal?: AbortSignal): Promise<Kept>;
  /** Something has changed: makes room where it is needed, and lets in whom it can. */
  pump(): void;
  /** Sends away whoever waits. */
  fail(error: ZooError): void;
}

interface Waiter extends Opening {
  readonly resolve: (kept: Kept) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Room is made by closing the least recently used model that nobody uses. While somebody waits for room, those who come later wait behind:
 * models that are in use are then free in the time of the runs under way, whatever the load. Nobody holds one model and waits for another.
 */
export function createDeviceRoom({
  device,
  budgetBytes,
  find,
  close,
  withinMs = ROOM_WITHIN_MS,
}: RoomOptions): DeviceRoom {
  const kept = new Set<Kept>();
  let line: Waiter[] = [];
  let evictions = 0;

  const sum = (those: Iterable<Kept>): number => [...those].reduce((bytes, one) => bytes + one.needBytes(), 0);

  /** Starts to make room, unless what is closing already will do. Nobody's model goes for one that is too large even alone. */
  function evict(bytes: number): void {
    const staying = [...kept].filter(({ isClosing }) => !isClosing);
    if (sum(staying) + bytes <= budgetBytes || (bytes === 0 && staying.length === 1)) return;
    const idle = staying.filter(({ users, session }) => users === 0 && session !== undefined);
    const [oldest] = idle.sort((a, b) => a.usedAt - b.usedAt);
    if (!oldest) return;
    evictions += 1;
    oldest.isClosing = true;
    void close(oldest).then(() => {
      kept.delete(oldest);
      pump();
    });
    evict(bytes);
  }

  /** The first in the line, if there is room for it. */
  function admit({ key, needBytes, open }: Waiter): Kept | undefined {
    const known = find(key);
    if (known) return known.isClosing ? undefined : known;
    // One that was measured to take more than all there is gets all there is.
    const bytes = Math.min(needBytes(), budgetBytes);
    if (sum(kept) + bytes > budgetBytes) {
      evict(bytes);
      return undefined;
    }
    const made = open();
    kept.add(made);
    return made;
  }

  function pump(): void {
    for (let next = line[0]; next; next = line[0]) {
      const admitted = admit(next);
      if (!admitted) return;
      line.shift();
      admitted.users += 1;
      next.resolve(admitted);
    }
    evict(0); // a model may have proven to take more than was thought
  }

  return {
    device,
    kept,
    budgetBytes,
    get usedBytes() {
      return sum(kept);
    },
    get evictions() {
      return evictions;
    },
    enter(opening, signal) {
      return new Promise((resolve, reject) => {
        const leave = (): void => {
          clearTimeout(timer);
          signal?.removeEventListener('abort', onAbort);
          line = line.filter((other) => other !== waiter);
        };
        const give = (end: () => void): void => {
          leave();
          end();
        };
        const onAbort = (): void => {
          give(() => reject(signal?.reason as Error));
          pump();
        };
        const waiter: Waiter = {
          ...opening,
          resolve: (admitted) => give(() => resolve(admitted)),
          reject: (error) => give(() => reject(error)),
        };
        const onLate = (): void => {
          waiter.reject(noRoom(device, budgetBytes, withinMs));
          pump();
        };
        const timer = setTimeout(onLate, withinMs).unref();
        signal?.addEventListener('abort', onAbort, { once: true });
        line.push(waiter);
        pump();
      });
    },
    pump,
    fail(error) {
      for (const { reject } of [...line]) reject(error);
    },
  };
}

function noRoom(device: string, budgetBytes: number, withinMs: number): ZooError {
  return new ZooError(
    'BUSY',
    `memoryBudget gives models ${formatBytes(budgetBytes)} of "${device}", and for ${withinMs / 1000} s those that are open were in use. ` +
      'Ask again later, or raise memoryBudget.',
    { details: { device, budgetBytes, retryAfterMs: withinMs } },
  );
}
