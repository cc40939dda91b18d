import { ZooError, type Backend, type DeviceMemory, type ModelSpec, type Session } from '../../contract/index.js';
import { untilAborted } from '../../flow/abort.js';
import { stepsUnderWay } from '../../flow/steps-under-way.js';
import { declaredBytes } from './device-memory.js';
import { deviceOf } from './device-of.js';
import { checkFits } from './check-fits.js';
import { createMemoryLedger, type MemoryLedger, type PooledSession, type Opening } from './memory-ledger.js';

export interface OpenSession {
  readonly spec: ModelSpec;
  readonly session: Session;
}

/** A model that was closed to free memory for another. */
export interface ClosedModel {
  readonly spec: ModelSpec;
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
  use<T>(spec: ModelSpec, work: (session: Session) => Promise<T>, signal?: AbortSignal): Promise<T>;
  /** What is open now. */
  list(): readonly OpenSession[];
  memory(): readonly DeviceMemory[];
  /** Closes what is open, and what is still opening once it is. */
  close(): Promise<void>;
}

interface KeptSession extends PooledSession {
  readonly spec: ModelSpec;
  ledger: MemoryLedger;
}

/** The one ledger, without a bound, of a backend whose models are not in this machine's memory. */
const ELSEWHERE = 'elsewhere';

export function createSessionPool(
  backend: Pick<Backend, 'open' | 'memory'>,
  { budgetOf = () => Infinity, onClosed, withinMs }: SessionPoolOptions = {},
): SessionPool {
  const sessions = new Map<string, KeptSession>();
  const ledgers = new Map<string, MemoryLedger>();
  /** By key: the memory that a model took when it was open. */
  const measured = new Map<string, number>();
  /** By the devices that a model may be on: the one that the last such model was opened on. */
  const settled = new Map<string, string>();
  let uses = 0;
  let isClosed = false;

  function ledgerOf(device: string): MemoryLedger {
    const known = ledgers.get(device);
    if (known) return known;
    const budgetBytes = device === ELSEWHERE ? Infinity : budgetOf(device);
    const find = (key: string) => sessions.get(key);
    const close = (kept: PooledSession) => closeIdle(kept as KeptSession);
    const ledger = createMemoryLedger({
      device,
      budgetBytes,
      find,
      close,
      ...(withinMs !== undefined && { withinMs }),
    });
    ledgers.set(device, ledger);
    return ledger;
  }

  /**
   * The ledger of the device where the model is, or most likely will be: its first choice, unless the last model had to
   * go elsewhere.
   */
  function planLedger(key: string, spec: ModelSpec): MemoryLedger {
    const known = sessions.get(key);
    if (known) return known.ledger;
    const devices = backend.memory?.devicesOf(spec) ?? [];
    return ledgerOf(settled.get(devices.join()) ?? devices[0] ?? ELSEWHERE);
  }

  function open(key: string, spec: ModelSpec, ledger: MemoryLedger): KeptSession {
    const opening = stepsUnderWay
      .follow(() => backend.open(spec), { isOpening: true })
      .then((session) => settle(kept, session));
    const kept: KeptSession = {
      key,
      spec,
      ledger,
      opening,
      users: 0,
      usedAt: 0,
      session: undefined,
      isClosing: false,
      needBytes: () => kept.session?.memoryBytes ?? measured.get(key) ?? declaredBytes(spec),
    };
    sessions.set(key, kept);
    opening.then(
      (session) => {
        kept.session = session;
        ledger.pump();
        kept.ledger.pump();
      },
      () => {
        forget(kept);
        ledger.kept.delete(kept);
        ledger.pump();
      },
    );
    return kept;
  }

  /** The model may have been opened on another device than was planned. */
  async function settle(kept: KeptSession, session: Session): Promise<Session> {
    const { spec, ledger } = kept;
    if (ledger.device === ELSEWHERE) return session;
    const device = deviceOf(session.provider);
    settled.set(backend.memory!.devicesOf(spec).join(), device);
    if (device === ledger.device) return session;
    const actual = ledgerOf(device);
    try {
      checkFits(spec, actual);
    } catch (error) {
      await session.close();
      throw error;
    }
    ledger.kept.delete(kept);
    actual.kept.add(kept);
    kept.ledger = actual;
    return session;
  }

  function forget(kept: KeptSession): void {
    if (sessions.get(kept.key) === kept) sessions.delete(kept.key);
  }

  async function closeIdle(kept: KeptSession): Promise<void> {
    const startedAt = performance.now();
    const session = kept.session!;
    const bytes = kept.needBytes();
    if (session.memoryBytes !== undefined) measured.set(kept.key, session.memoryBytes);
    await session.close().catch(() => undefined); // what it keeps shows in `unreturnedBytes`
    forget(kept);
    onClosed?.({ spec: kept.spec, provider: session.provider, bytes, startedAt });
  }

  return {
    async use(spec, work, signal) {
      if (isClosed) throw closed();
      signal?.throwIfAborted();
      const key = JSON.stringify(spec); // the same file declared in another way has to be checked again
      const ledger = planLedger(key, spec);
      if (!sessions.has(key)) checkFits(spec, ledger);
      const opening: Opening = {
        key,
        needBytes: () => measured.get(key) ?? declaredBytes(spec),
        open: () => open(key, spec, ledger),
      };
      const kept = await ledger.acquire(opening, signal);
      try {
        return await work(await untilAborted(kept.opening, signal));
      } finally {
        kept.users -= 1;
        kept.usedAt = uses += 1;
        (kept as KeptSession).ledger.pump();
      }
    },
    list: () => [...sessions.values()].flatMap(({ spec, session }) => (session ? [{ spec, session }] : [])),
    memory: () =>
      [...ledgers.values()].flatMap(({ device, budgetBytes, usedBytes, evictions }) => {
        if (device === ELSEWHERE) return [];
        const unreturnedBytes = Math.round(backend.memory?.unreturnedBytes(device) ?? 0);
        const budget = Number.isFinite(budgetBytes) ? budgetBytes : null;
        return [{ device, budgetBytes: budget, modelBytes: Math.round(usedBytes), unreturnedBytes, evictions }];
      }),
    async close() {
      isClosed = true;
      for (const ledger of ledgers.values()) ledger.fail(closed());
      const kept = [...sessions.values()];
      sessions.clear();
      const opened = await Promise.allSettled(kept.map(({ opening }) => opening));
      const open = opened.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
      await Promise.all(open.map((session) => session.close()));
    },
  };
}

function closed(): ZooError {
  return new ZooError('BACKEND_UNAVAILABLE', 'The zoo is closed; create another.');
}
