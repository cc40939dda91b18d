import { ZooError, type Backend, type DeviceMemory, type ModelSpec, type Session } from '../../contract/index.js';
import { untilAborted } from '../../flow/abort.js';
import { declaredBytes } from './device-memory.js';
import { deviceOf } from './device-of.js';
import { checkFits } from './check-fits.js';
import { createDeviceRoom, type DeviceRoom, type Kept, type Opening } from './memory-ledger.js';

export interface OpenSession {
  readonly spec: ModelSpec;
  readonly session: Session;
}

/** A model that made room for another. */
export interface ClosedModel {
  readonly spec: ModelSpec;
  readonly provider: string;
  readonly bytes: number;
  /** By `performance.now()`. */
  readonly startedAt: number;
}

export interface KeepOptions {
  /** Bytes for the models of a device; Infinity, and so no bound, if left out. */
  readonly budgetOf?: (device: string) => number;
  readonly onClosed?: (closed: ClosedModel) => void;
  /** How long a model may wait for room. */
  readonly withinMs?: number;
}

/** Sessions by model: each is opened when first needed, once, and closed when others need its room and nobody uses it. */
export interface Sessions {
  /**
   * Gives `work` the session, which stays open meanwhile. An asker who leaves does not stop the opening for others; one that failed is tried
   * again by the next asker. Never call it within `work`: holding one model while waiting for another could last for ever.
   */
  use<T>(spec: ModelSpec, work: (session: Session) => Promise<T>, signal?: AbortSignal): Promise<T>;
  /** What is open now. */
  list(): readonly OpenSession[];
  memory(): readonly DeviceMemory[];
  /** Closes what is open, and what is still opening once it is. */
  close(): Promise<void>;
}

interface KeptSession extends Kept {
  readonly spec: ModelSpec;
  room: DeviceRoom;
}

/** Where a backend's models are elsewhere there is one room, without end. */
const ELSEWHERE = 'elsewhere';

export function keepSessions(
  backend: Pick<Backend, 'open' | 'memory'>,
  { budgetOf = () => Infinity, onClosed, withinMs }: KeepOptions = {},
): Sessions {
  const sessions = new Map<string, KeptSession>();
  const rooms = new Map<string, DeviceRoom>();
  /** By key: what a model took when it was open. */
  const measured = new Map<string, number>();
  /** By the devices that could have been: the one that was, when a model was opened last. */
  const settled = new Map<string, string>();
  let uses = 0;
  let isClosed = false;

  function roomOf(device: string): DeviceRoom {
    const known = rooms.get(device);
    if (known) return known;
    const budgetBytes = device === ELSEWHERE ? Infinity : budgetOf(device);
    const find = (key: string) => sessions.get(key);
    const close = (kept: Kept) => closeIdle(kept as KeptSession);
    const room = createDeviceRoom({ device, budgetBytes, find, close, ...(withinMs !== undefined && { withinMs }) });
    rooms.set(device, room);
    return room;
  }

  /** Where a model is, or will most likely be: on the first device of its ladder, unless the last one had to go elsewhere. */
  function planRoom(key: string, spec: ModelSpec): DeviceRoom {
    const known = sessions.get(key);
    if (known) return known.room;
    const devices = backend.memory?.devicesOf(spec) ?? [];
    return roomOf(settled.get(devices.join()) ?? devices[0] ?? ELSEWHERE);
  }

  function open(key: string, spec: ModelSpec, room: DeviceRoom): KeptSession {
    const opening = backend.open(spec).then((session) => settle(kept, session));
    const kept: KeptSession = {
      key,
      spec,
      room,
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
        room.pump();
        kept.room.pump();
      },
      () => {
        forget(kept);
        room.kept.delete(kept);
        room.pump();
      },
    );
    return kept;
  }

  /** It may have been opened on another device than was planned. */
  async function settle(kept: KeptSession, session: Session): Promise<Session> {
    const { spec, room } = kept;
    if (room.device === ELSEWHERE) return session;
    const device = deviceOf(session.provider);
    settled.set(backend.memory!.devicesOf(spec).join(), device);
    if (device === room.device) return session;
    const actual = roomOf(device);
    try {
      checkFits(spec, actual);
    } catch (error) {
      await session.close();
      throw error;
    }
    room.kept.delete(kept);
    actual.kept.add(kept);
    kept.room = actual;
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
    await session.close().catch(() => undefined); // what it holds on to shows in `unreturnedBytes`
    forget(kept);
    onClosed?.({ spec: kept.spec, provider: session.provider, bytes, startedAt });
  }

  return {
    async use(spec, work, signal) {
      if (isClosed) throw closed();
      signal?.throwIfAborted();
      const key = JSON.stringify(spec); // the same file declared in another way has to be checked again
      const room = planRoom(key, spec);
      if (!sessions.has(key)) checkFits(spec, room);
      const opening: Opening = {
        key,
        needBytes: () => measured.get(key) ?? declaredBytes(spec),
        open: () => open(key, spec, room),
      };
      const kept = await room.enter(opening, signal);
      try {
        return await work(await untilAborted(kept.opening, signal));
      } finally {
        kept.users -= 1;
        kept.usedAt = uses += 1;
        (kept as KeptSession).room.pump();
      }
    },
    list: () => [...sessions.values()].flatMap(({ spec, session }) => (session ? [{ spec, session }] : [])),
    memory: () =>
      [...rooms.values()].flatMap(({ device, budgetBytes, usedBytes, evictions }) => {
        if (device === ELSEWHERE) return [];
        const unreturnedBytes = Math.round(backend.memory?.unreturnedBytes(device) ?? 0);
        const budget = Number.isFinite(budgetBytes) ? budgetBytes : null;
        return [{ device, budgetBytes: budget, modelBytes: Math.round(usedBytes), unreturnedBytes, evictions }];
      }),
    async close() {
      isClosed = true;
      for (const room of rooms.values()) room.fail(closed());
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
