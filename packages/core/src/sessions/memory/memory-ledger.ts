import { ZooError, type Session } from '../../contract/index.js';
import { formatBytes } from '../../contract/text/format-bytes.js';

/** How long a model may wait for memory that other models have in use. */
export const MEMORY_WITHIN_MS = 30_000;

/** A model that is open on a device, or about to be. */
export interface PooledSession {
  readonly key: string;
  readonly opening: Promise<Session>;
  /** How many use it at the moment; those who await its opening count. */
  users: number;
  /** A count that grows with each use of any model: the smallest is the least recently used. */
  usedAt: number;
  session: Session | undefined;
  isClosing: boolean;
  /** The memory that it is estimated to use now. */
  readonly needBytes: () => number;
}

/** What is needed to open a model. */
export interface Opening {
  readonly key: string;
  readonly needBytes: () => number;
  readonly open: () => PooledSession;
}

export interface MemoryLedgerOptions {
  readonly device: string;
  /** Infinity where no budget is set. */
  readonly budgetBytes: number;
  /** Returns the session of this model, on whatever device it is open. */
  readonly find: (key: string) => PooledSession | undefined;
  /** Closes a model that nobody uses; never rejects. */
  readonly close: (kept: PooledSession) => Promise<void>;
  readonly withinMs?: number;
}

/** The memory of one device, and the callers who want to use models in it, first come, first served. */
export interface MemoryLedger {
  readonly device: string;
  readonly kept: Set<PooledSession>;
  readonly usedBytes: number;
  readonly evictions: number;
  readonly budgetBytes: number;
  /**
   * Returns a model that is open or opens now, with one more user, as soon as there is memory for it and those who came
   * before have theirs. Rejects with BUSY when that takes too long, or with the signal's reason.
   */
  acquire(opening: Opening, signal?: AbortSignal): Promise<PooledSession>;
  /** Something has changed: frees memory where it is needed, and admits those who wait as far as it can. */
  pump(): void;
  /** Rejects all who wait. */
  fail(error: ZooError): void;
}

interface Waiter extends Opening {
  readonly resolve: (kept: PooledSession) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Memory is freed by closing the least recently used model that nobody uses. While one caller waits for memory, those
 * who come later wait behind it: the models in use are then free when the present runs end, whatever the load. Nobody
 * holds one model and waits for another.
 */
export function createMemoryLedger(options: MemoryLedgerOptions): MemoryLedger {
  return new Ledger(options);
}

class Ledger implements MemoryLedger {
  readonly kept = new Set<PooledSession>();
  readonly #options: MemoryLedgerOptions;
  #waiting: readonly Waiter[] = [];
  #evictions = 0;

  constructor(options: MemoryLedgerOptions) {
    this.#options = options;
  }

  get device(): string {
    return this.#options.device;
  }

  get budgetBytes(): number {
    return this.#options.budgetBytes;
  }

  get usedBytes(): number {
    return sumBytes(this.kept);
  }

  get evictions(): number {
    return this.#evictions;
  }

  acquire(opening: Opening, signal?: AbortSignal): Promise<PooledSession> {
    const { withinMs = MEMORY_WITHIN_MS } = this.#options;
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', onAbort);
        this.#waiting = this.#waiting.filter((other) => other !== waiter);
      };
      const waiter: Waiter = {
        ...opening,
        resolve: (admitted) => {
          leave();
          resolve(admitted);
        },
        reject: (error) => {
          leave();
          reject(error);
        },
      };
      const refuse = (error: Error): void => {
        waiter.reject(error);
        this.pump(); // it may have held up others
      };
      const onAbort = (): void => refuse(signal?.reason as Error);
      const timer = setTimeout(() => refuse(noMemory(this.device, this.budgetBytes, withinMs)), withinMs).unref();
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#waiting = [...this.#waiting, waiter];
      this.pump();
    });
  }

  pump(): void {
    for (let next = this.#waiting[0]; next; next = this.#waiting[0]) {
      const admitted = this.#admit(next);
      if (!admitted) return;
      admitted.users += 1;
      next.resolve(admitted);
    }
    this.#evict(0); // a model may have proven to take more than was estimated
  }

  fail(error: ZooError): void {
    for (const { reject } of this.#waiting) reject(error);
  }

  /** Returns the model that the first caller waits for, if there is memory for it. */
  #admit({ key, needBytes, open }: Waiter): PooledSession | undefined {
    const known = this.#options.find(key);
    if (known) return known.isClosing ? undefined : known;
    // A model that was measured to take more than the budget gets the whole budget.
    const bytes = Math.min(needBytes(), this.budgetBytes);
    if (this.usedBytes + bytes > this.budgetBytes) {
      this.#evict(bytes);
      return undefined;
    }
    const made = open();
    this.kept.add(made);
    return made;
  }

  /**
   * Starts to free memory, unless the models that close already suffice. No model is closed for one that is too large
   * even alone.
   */
  #evict(bytes: number): void {
    const staying = [...this.kept].filter(({ isClosing }) => !isClosing);
    if (sumBytes(staying) + bytes <= this.budgetBytes || (bytes === 0 && staying.length === 1)) return;
    const idle = staying.filter(({ users, session }) => users === 0 && session !== undefined);
    const [oldest] = idle.sort((a, b) => a.usedAt - b.usedAt);
    if (!oldest) return;
    this.#evictions += 1;
    oldest.isClosing = true;
    void this.#options.close(oldest).then(() => {
      this.kept.delete(oldest);
      this.pump();
    });
    this.#evict(bytes);
  }
}

function sumBytes(those: Iterable<PooledSession>): number {
  return [...those].reduce((bytes, one) => bytes + one.needBytes(), 0);
}

function noMemory(device: string, budgetBytes: number, withinMs: number): ZooError {
  return new ZooError(
    'BUSY',
    `memoryBudget gives models ${formatBytes(budgetBytes)} of "${device}", and for ${withinMs / 1000} s those ` +
      'that are open were in use. Ask again later, or raise memoryBudget.',
    { details: { device, budgetBytes, retryAfterMs: withinMs } },
  );
}
