import { vi } from 'vitest';
import { DECODE_LIMITS } from '../src/image/decoding/decode-image.js';
import type { ToWorker } from '../src/process/channel/messages.js';
import type { Call } from '../src/process/queue/calls/pending-call.js';
import type { ReadyWorker } from '../src/process/channel/spawn-worker.js';
import type { Rank } from '../src/flow/fair-queue.js';

type Report = Parameters<Parameters<ReadyWorker['listen']>[0]>[0];

/** A worker that records what it is sent, and reports what a test makes it report. */
export function createFakeWorker(maxBatch = 1) {
  const sent: ToWorker[] = [];
  const kill = vi.fn<ReadyWorker['kill']>();
  let tell: (report: Report) => void = () => undefined;
  const heartbeat = { isInTime: true, blockedMs: 0 };
  const worker: ReadyWorker = {
    heads: [],
    heartbeat,
    limits: DECODE_LIMITS,
    state: {
      pid: 1,
      threads: 1,
      rssBytes: 1,
      models: [
        {
          id: 'a',
          sha256: 'a',
          precision: 'reference',
          provider: 'cpu',
          maxBatch,
          declaredBytes: 1,
          measuredBytes: null,
          skipped: [],
        },
      ],
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
  /** Sends a heartbeat as a watchdog does: whether it is in time, and for how long the main thread has been blocked. */
  function beat(pulse: Partial<typeof heartbeat> = {}): void {
    Object.assign(heartbeat, { isInTime: true, blockedMs: 0 }, pulse);
    tell({ type: 'pulse' });
  }
  const answer = (call: number) => tell({ type: 'answer', call, outcomes: {} });
  return { ...worker, sent, calls, kill, beat, answer, tell: (report: Report) => tell(report) };
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

/** The signal of a caller who does not leave. */
export const staying = () => new AbortController().signal;

/** Time for calls to be identified and sent. */
export const turn = () => new Promise(setImmediate);
