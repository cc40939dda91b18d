import { ZooError, type Backend, type DeviceMemory, type ModelFiles, type Session } from '../../contract/index.js';
import { untilAborted } from '../../flow/abort.js';
import { stepsUnderWay } from '../../flow/steps-under-way.js';
import { declaredNeed } from './declared-need.js';
import { DeviceLedgers } from './device-ledgers.js';
import { checkFits } from './check-fits.js';
import type { MemoryLedger, PooledSession } from './memory-ledger.js';

export interface OpenSession {
  readonly spec: ModelFiles;
  readonly session: Session;
}

/** A model that was closed to free memory for another. */
export interface ClosedModel {
  readonly spec: ModelFiles;
  readonly provider: string;
  readonly bytes: number;
  /** By `performance.now()`. */
  readonly startedAt: number;
}

export interface SessionPoolOptions {
  /** Bytes for the models of a device; Infinity, and so no bound, by default. */
  readonly budgetOf?: (device: string) => number;
  readonly onClosed?: (closed: ClosedModel) => void;
  /** How long a model may wait for memory, in milliseconds. */
  readonly withinMs?: number;
}

/**
 * Sessions by model: each is opened once, when first needed, and closed when others need its memory and nobody uses it.
 */
export interface SessionPool {
  /**
   * Gives `work` the session, which stays open meanwhile. A caller who leaves does not stop the opening for others; an
   * opening that failed is tried again for the next caller. Never call this within `work`: to hold one model while
   * waiting for another could last for ever.
   */
  use<T>(spec: ModelFiles, work: (session: Session) => Promise<T>, signal?: AbortSignal): Promise<T>;
  /** What is open now. */
  list(): readonly OpenSession[];
  memory(): readonly DeviceMemory[];
  /** Closes what is open, and what is still opening once it is. */
  close(): Promise<void>;
}

interface KeptSession extends PooledSession {
  readonly spec: ModelFiles;
  ledger: MemoryLedger;
}

type PoolBackend = Pick<Backend, 'open' | 'memory' | 'filesOf' | 'hasTimeouts'>;

export function createSessionPool(backend: PoolBackend, options: SessionPoolOptions = {}): SessionPool {
  return new Pool(backend, options);
}

class Pool implements SessionPool {
  readonly #backend: PoolBackend;
  readonly #onClosed: SessionPoolOptions['onClosed'];
  readonly #ledgers: DeviceLedgers;
  readonly #sessions = new Map<string, KeptSession>();
  /** By key: the memory that a model took when it was open. */
  readonly #measured = new Map<string, number>();
  #uses = 0;
  #isClosed = false;

  constructor(backend: PoolBackend, { budgetOf = () => Infinity, onClosed, withinMs }: SessionPoolOptions) {
    this.#backend = backend;
    this.#onClosed = onClosed;
    const find = (key: string) => this.#sessions.get(key);
    const close = (kept: PooledSession) => this.#closeIdle(kept as KeptSession);
    this.#ledgers = new DeviceLedgers({ backend, budgetOf, find, close, ...(withinMs !== undefined && { withinMs }) });
  }

  async use<T>(spec: ModelFiles, work: (session: Session) => Promise<T>, signal?: AbortSignal): Promise<T> {
    if (this.#isClosed) throw closed();
    signal?.throwIfAborted();
    const kept = await this.#acquire(spec, signal);
    try {
      return await work(await untilAborted(kept.opening, signal));
    } finally {
      kept.users -= 1;
      kept.usedAt = this.#uses += 1;
      kept.ledger.pump();
    }
  }

  list(): readonly OpenSession[] {
    return [...this.#sessions.values()].flatMap(({ spec, session }) => (session ? [{ spec, session }] : []));
  }

  memory(): readonly DeviceMemory[] {
    return this.#ledgers.list().map(({ device, budgetBytes, usedBytes, evictions }) => ({
      device,
      budgetBytes: Number.isFinite(budgetBytes) ? budgetBytes : null,
      modelBytes: Math.round(usedBytes),
      unreturnedBytes: Math.round(this.#backend.memory?.unreturnedBytes(device) ?? 0),
      evictions,
    }));
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#ledgers.fail(closed());
    const kept = [...this.#sessions.values()];
    this.#sessions.clear();
    const opened = await Promise.allSettled(kept.map(({ opening }) => opening));
    const open = opened.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    await Promise.all(open.map((session) => session.close()));
  }

  async #acquire(spec: ModelFiles, signal: AbortSignal | undefined): Promise<KeptSession> {
    const key = JSON.stringify(spec); // the same file declared in another way has to be checked again
    const known = this.#sessions.get(key);
    const ledger = known?.ledger ?? this.#ledgers.plan(spec);
    if (!known) checkFits(spec, declaredNeed(this.#backend, spec), ledger);
    const needBytes = () => this.#measured.get(key) ?? declaredNeed(this.#backend, spec);
    const opening = { key, needBytes, open: () => this.#open(key, spec, ledger) };
    return (await ledger.acquire(opening, signal)) as KeptSession;
  }

  #open(key: string, spec: ModelFiles, ledger: MemoryLedger): KeptSession {
    const start = async () => this.#backend.open(spec); // one that throws at once is as one that rejects
    const opened = this.#backend.hasTimeouts ? start() : stepsUnderWay.follow(start, { isOpening: true });
    const opening = opened.then((session) => this.#settle(kept, session));
    const kept: KeptSession = {
      key,
      spec,
      ledger,
      opening,
      users: 0,
      usedAt: 0,
      session: undefined,
      isClosing: false,
      needBytes: () =>
        kept.session?.memoryBytes ?? this.#measured.get(key) ?? declaredNeed(this.#backend, spec, kept.session),
    };
    this.#sessions.set(key, kept);
    opening.then(
      (session) => {
        kept.session = session;
        ledger.pump();
        kept.ledger.pump();
      },
      () => {
        this.#forget(kept);
        ledger.kept.delete(kept);
        ledger.pump();
      },
    );
    return kept;
  }

  /** The model may have been opened on another device than was planned. */
  async #settle(kept: KeptSession, session: Session): Promise<Session> {
    const { spec, ledger } = kept;
    const actual = this.#ledgers.settle(spec, session.provider, ledger);
    if (actual === ledger) return session;
    try {
      checkFits(spec, declaredNeed(this.#backend, spec, session), actual);
    } catch (error) {
      await session.close();
      throw error;
    }
    ledger.kept.delete(kept);
    actual.kept.add(kept);
    kept.ledger = actual;
    return session;
  }

  #forget(kept: KeptSession): void {
    if (this.#sessions.get(kept.key) === kept) this.#sessions.delete(kept.key);
  }

  async #closeIdle(kept: KeptSession): Promise<void> {
    const startedAt = performance.now();
    const session = kept.session!;
    const bytes = kept.needBytes();
    if (session.memoryBytes !== undefined) this.#measured.set(kept.key, session.memoryBytes);
    await session.close().catch(() => undefined); // what it keeps shows in `unreturnedBytes`
    this.#forget(kept);
    this.#onClosed?.({ spec: kept.spec, provider: session.provider, bytes, startedAt });
  }
}

function closed(): ZooError {
  return new ZooError('BACKEND_UNAVAILABLE', 'The zoo is closed; create another.');
}
