import { describe, expect, it, vi } from 'vitest';
import type { ModelSpec, Session } from '../../contract/index.js';
import { createFakeBackend, type FakeScript } from '../../testing/fake-backend.js';
import { declaredBytes } from './device-memory.js';
import { createSessionPool, type SessionPoolOptions } from './session-pool.js';

const MIB = 2 ** 20;
/** A model that is declared to need so many MiB. */
function createSpec(name: string, mebibytes: number): ModelSpec {
  const overheadBytes = declaredBytes({ bytes: 0 });
  const bytes = (mebibytes * MIB - overheadBytes) / 2;
  return { url: `file:///${name}.onnx`, sha256: name, bytes, inputs: [], outputs: [] };
}
const [a, b, c, large] = [createSpec('a', 40), createSpec('b', 40), createSpec('c', 40), createSpec('large', 101)];

const memory = { devicesOf: () => ['cpu'], unreturnedBytes: () => 0 };
function keep(script: FakeScript = {}, options: SessionPoolOptions = {}) {
  const backend = createFakeBackend({ memory, provider: () => 'cpu', ...script });
  const sessions = createSessionPool(backend, { budgetOf: () => 100 * MIB, ...options });
  return { backend, sessions, names: (specs: readonly ModelSpec[]) => specs.map(({ sha256 }) => sha256).join(' ') };
}
/** Work that lasts until it is told to end. */
function createWork() {
  let end: () => void = () => undefined;
  const lasting = new Promise<void>((resolve) => (end = resolve));
  return { work: vi.fn(() => lasting), end: () => end() };
}
const nothing = () => Promise.resolve();
const turn = () => new Promise<void>(setImmediate);

describe('without a budget', () => {
  it('opens a model once for askers at the same time and later, even if one of them leaves', async () => {
    const { backend, sessions } = keep({}, { budgetOf: () => Infinity });
    const leaver = sessions.use(a, nothing, AbortSignal.abort(new Error('left')));
    const used = (session: Session) => Promise.resolve(session);
    const others = await Promise.all([sessions.use(a, used), sessions.use({ ...a }, used)]);
    await expect(leaver).rejects.toThrow('left');
    expect(others[0]).toBe(others[1]);
    await sessions.use(large, nothing);
    expect(backend.opened).toEqual([a, large]);
    expect(sessions.memory()).toMatchObject([
      { device: 'cpu', budgetBytes: null, modelBytes: 141 * MIB, evictions: 0 },
    ]);
  });

  it('forgets an opening that failed', async () => {
    const open = vi.fn().mockRejectedValueOnce(new Error('disk'));
    const { sessions } = keep({ open });
    const asked = await Promise.allSettled([sessions.use(a, nothing), sessions.use(a, nothing)]);
    expect(asked).toMatchObject([{ reason: { message: 'disk' } }, { reason: { message: 'disk' } }]);
    await sessions.use(a, nothing);
    expect(open).toHaveBeenCalledTimes(2);
  });

  it('opens others after a backend that throws at once', async () => {
    const backend = createFakeBackend();
    const broken = (): never => {
      throw new Error('no such server');
    };
    const sessions = createSessionPool({
      hasTimeouts: true,
      open: (spec) => (spec === a ? broken() : backend.open(spec)),
    });
    await expect(sessions.use(a, nothing)).rejects.toThrow('no such server');
    await sessions.use(b, nothing);
    expect(sessions.list()).toHaveLength(1);
  });

  it('is elsewhere for a backend that says nothing of memory', async () => {
    const backend = createFakeBackend();
    const sessions = createSessionPool(backend, { budgetOf: () => 1 });
    await sessions.use(a, nothing);
    expect(sessions.memory()).toEqual([]);
  });
});

describe('within a budget', () => {
  it('closes the least recently used model, and only when the room is needed', async () => {
    const onClosed = vi.fn();
    const { backend, sessions, names } = keep({}, { onClosed });
    for (const spec of [a, b, a]) await sessions.use(spec, nothing);
    expect(names(backend.closed)).toBe('');
    await sessions.use(c, nothing);
    expect(names(backend.closed)).toBe('b');
    await sessions.use(b, nothing);
    expect(names(backend.closed)).toBe('b a');
    expect(names(backend.opened)).toBe('a b c b');
    expect(onClosed).toHaveBeenCalledWith(expect.objectContaining({ spec: b, provider: 'cpu', bytes: 40 * MIB }));
    expect(sessions.memory()).toMatchObject([{ budgetBytes: 100 * MIB, modelBytes: 80 * MIB, evictions: 2 }]);
    expect(sessions.list().map(({ spec }) => spec)).toEqual([c, b]);
  });

  it('has no more open at any time than fits, whatever the order of the askers', async () => {
    let open = 0;
    let most = 0;
    const { sessions, backend } = keep({
      async open() {
        most = Math.max(most, (open += 1));
        await turn();
      },
      close: async () => {
        await turn();
        open -= 1;
      },
    });
    const order = [a, b, c, a, c, b, b, a, c, a, a, c, b];
    await Promise.all(order.map((spec) => sessions.use(spec, turn)));
    expect(most).toBe(2);
    expect(backend.opened.length).toBeLessThan(order.length);
    await sessions.close();
    expect(open).toBe(0);
  });

  it('never closes a model in use: whoever needs its room waits for it, and who comes later waits behind', async () => {
    const { backend, sessions, names } = keep();
    const [first, second] = [createWork(), createWork()];
    const using = [sessions.use(a, first.work), sessions.use(b, second.work)];
    await turn();
    const third = sessions.use(c, nothing);
    const later = createWork();
    const behind = sessions.use(a, later.work); // open, but c would never have its turn under steady load
    await turn();
    expect([names(backend.closed), later.work.mock.calls.length]).toEqual(['', 0]);
    second.end();
    await third;
    expect(names(backend.closed)).toBe('b');
    first.end();
    later.end();
    await Promise.all([...using, behind]);
    expect(names(backend.opened)).toBe('a b c');
  });

  it('tells whoever waits too long to come again, and lets the next one in', async () => {
    const { sessions } = keep({}, { withinMs: 30 });
    const long = [createWork(), createWork()];
    const using = [sessions.use(a, long[0]!.work), sessions.use(b, long[1]!.work)];
    const late = sessions.use(c, nothing);
    const after = sessions.use(a, nothing);
    await expect(late).rejects.toMatchObject({ code: 'BUSY', retryable: true, details: { retryAfterMs: 30 } });
    await after;
    long.forEach(({ end }) => end());
    await Promise.all(using);
    await sessions.use(c, nothing);
  });

  it('makes no room for one who left while waiting', async () => {
    const { backend, sessions, names } = keep();
    const long = [createWork(), createWork()];
    const using = [sessions.use(a, long[0]!.work), sessions.use(b, long[1]!.work)];
    const leaving = new AbortController();
    const left = sessions.use(c, nothing, leaving.signal);
    await turn();
    leaving.abort(new Error('left'));
    await expect(left).rejects.toThrow('left');
    long.forEach(({ end }) => end());
    await Promise.all(using);
    expect(names(backend.opened)).toBe('a b');
    expect(names(backend.closed)).toBe('');
  });

  it('opens a model again that is asked for while it is being closed', async () => {
    let closing: () => void = () => undefined;
    const { backend, sessions, names } = keep({ close: () => new Promise<void>((resolve) => (closing = resolve)) });
    for (const spec of [a, b]) await sessions.use(spec, nothing);
    const third = sessions.use(c, nothing);
    const again = sessions.use(a, nothing); // needs the room of b, once c is in
    await turn();
    expect(names(backend.opened)).toBe('a b');
    closing();
    await third;
    await turn();
    closing();
    await again;
    expect(names(backend.opened)).toBe('a b c a');
    expect(names(backend.closed)).toBe('a b');
  });

  it('refuses a model that needs more than all there is, and closes nothing for it', async () => {
    const { backend, sessions, names } = keep();
    await sessions.use(a, nothing);
    await expect(sessions.use(large, nothing)).rejects.toMatchObject({
      code: 'BACKEND_UNAVAILABLE',
      details: { device: 'cpu', needBytes: 101 * MIB, budgetBytes: 100 * MIB },
    });
    expect(names(backend.closed)).toBe('');
  });

  it('goes by what was measured, once it was: room for more, or for less', async () => {
    const bytes: Record<string, number> = { a: 90 * MIB, b: 5 * MIB, c: 5 * MIB };
    const { backend, sessions, names } = keep({ memoryBytes: ({ sha256 }) => bytes[sha256] });
    for (const spec of [b, c, b, a]) await sessions.use(spec, nothing);
    expect(names(backend.closed)).toBe(''); // declared, c and b and a would be 120 MiB
    bytes.a = 200 * MIB; // its first run took more
    await sessions.use(a, nothing);
    await turn();
    expect(names(backend.closed)).toBe('c b');
    expect(sessions.list().map(({ spec }) => spec)).toEqual([a]); // alone it may stay
    await sessions.use(b, nothing);
    expect(names(backend.closed)).toBe('c b a');
    await sessions.use(a, nothing);
    expect(names(backend.closed)).toBe('c b a b'); // it is known by now to need all there is
  });

  it('has a budget for each device, and counts a model where it really is', async () => {
    const { backend, sessions, names } = keep(
      {
        memory: { ...memory, devicesOf: () => ['cuda:0', 'cpu'] },
        provider: ({ sha256 }) => (sha256 === 'a' ? 'tensorrt+cpu' : 'cpu'),
      },
      { budgetOf: (device) => (device === 'cpu' ? 50 : 200) * MIB },
    );
    for (const spec of [a, b, c]) await sessions.use(spec, nothing);
    await turn();
    expect(names(backend.closed)).toBe('b');
    expect(sessions.memory()).toMatchObject([
      { device: 'cuda:0', modelBytes: 40 * MIB, evictions: 0 },
      { device: 'cpu', modelBytes: 40 * MIB, evictions: 1 },
    ]);
    await expect(sessions.use(large, nothing)).rejects.toMatchObject({ code: 'BACKEND_UNAVAILABLE' });
    expect(names(backend.opened)).toBe('a b c'); // where the last one had to go there is no room for it
  });
});

describe('close', () => {
  it('closes what is open or about to be, once, and sends away who waits or comes', async () => {
    const { backend, sessions, names } = keep();
    const first = sessions.use(a, turn);
    const second = sessions.use(b, turn);
    const waiting = sessions.use(c, nothing);
    const closing = sessions.close();
    await expect(waiting).rejects.toMatchObject({ code: 'BACKEND_UNAVAILABLE' });
    await Promise.all([closing, sessions.close(), first, second]);
    expect(names(backend.closed)).toBe('a b');
    await expect(sessions.use(a, nothing)).rejects.toMatchObject({ code: 'BACKEND_UNAVAILABLE' });
  });

  it('waits for a model that is being closed for another', async () => {
    const { backend, sessions, names } = keep({ close: turn });
    for (const spec of [a, b]) await sessions.use(spec, nothing);
    const third = sessions.use(c, nothing);
    const refused = expect(third).rejects.toMatchObject({ code: 'BACKEND_UNAVAILABLE' });
    await sessions.close();
    await refused;
    expect(names(backend.closed).split(' ').toSorted()).toEqual(['a', 'b']);
    expect(names(backend.opened)).toBe('a b');
  });
});
