import { vi } from 'vitest';
import { DECODE_LIMITS } from '../src/image/decoding/decode-image.js';
import type { ToChild } from '../src/process/channel/messages.js';
import type { Call } from '../src/process/queue/pending-call.js';
import type { ZooChild } from '../src/process/channel/spawn-worker.js';
import type { Rank } from '../src/flow/fair-queue.js';

type Told = Parameters<Parameters<ZooChild['listen']>[0]>[0];

/** A process that is told things, and tells what a test makes it tell. */
export function createFakeChild(maxBatch = 1) {
  const sent: ToChild[] = [];
  const kill = vi.fn<ZooChild['kill']>();
  let tell: (told: Told) => void = () => undefined;
  const heartbeat = { isInTime: true, blockedMs: 0 };
  const child: ZooChild = {
    heads: [],
    heartbeat,
    limits: DECODE_LIMITS,
    state: {
      pid: 1,
      threads: 1,
      rssBytes: 1,
      models: [{ id: 'a', sha256: 'a', provider: 'cpu', maxBatch, declaredBytes: 1, measuredBytes: null, skipped: [] }],
      memory: [],
    },
    kill,
    exited: new Promise(() => undefined),
    listen: (listener) => void (tell = listener),
    send(message) {
      sent.push(message);
      return Promise.resolve();
    },
  };
  const calls = () => sent.flatMap((message) => (message.type === 'analyze' ? [message.call] : []));
  /** As its watchdog would: whether its heartbeat is in time, and for how long its main thread has not turned. */
  function beat(pulse: Partial<typeof heartbeat> = {}): void {
    Object.assign(heartbeat, { isInTime: true, blockedMs: 0 }, pulse);
    tell({ type: 'pulse' });
  }
  return { ...child, sent, calls, kill, beat, tell: (told: Told) => tell(told) };
}

export function createCall(bytes = 10, rank: Partial<Rank> = {}): Call {
  return {
    bytes: new Uint8Array(bytes),
    requests: {},
    options: {},
    rank: { priority: 'interactive', caller: '', ...rank },
    deadlineAt: Infinity,
  };
}

/** Of an asker who leaves, wherever the call is, when this signal aborts. */
export const leavingOn = (signal: AbortSignal) => ({ due: signal, late: signal });
/** Of one who does not. */
export const staying = () => leavingOn(new AbortController().signal);
