import { ZooError, type MaskEncoding } from '../contract/index.js';
import { untilAborted } from '../sessions/abort.js';
import type { CallEnd, OutcomeData } from './messages.js';
import { describeExit, type ChildExit, type ZooChild } from './spawn-child.js';

/** How many calls one process has at a time: enough to decode an image beside a running model; the rest can still leave the line. */
const IN_FLIGHT = 4;

/** Written at once in under a millisecond; the event loop turns between two pieces. */
const PIECE_BYTES = 256 * 1024;

export interface Call {
  readonly bytes: Uint8Array;
  readonly requests: Readonly<Record<string, unknown>>;
  readonly encodings: readonly MaskEncoding[];
  readonly polygonTolerance: number;
  /** By `performance.now()`. */
  readonly deadlineAt: number;
}

export type CallAnswer = Readonly<Record<string, OutcomeData>>;

interface PendingCall extends Call {
  readonly id: number;
  readonly resolve: (answer: CallAnswer) => void;
  readonly reject: (error: ZooError) => void;
  /** Processes that ended while they had this call. */
  deaths: number;
  /** Whether the process has all of it, and so owes its end. */
  isSent: boolean;
  isAbandoned: boolean;
  killTimer?: NodeJS.Timeout;
}

/** The calls that wait for a process or are with it. */
export interface CallLine {
  /** Rejects with BUSY where too many wait, with the signal's reason when it aborts, or with the call's own fault. */
  submit(call: Call, signal: AbortSignal): Promise<CallAnswer>;
  /** A process is ready. */
  attach(child: ZooChild): void;
  /** It has ended. */
  detach(exit: ChildExit): void;
  /** A call has ended in the process. */
  end(end: CallEnd): void;
  /** No process can be had: whoever waits is told why. */
  fail(error: ZooError): void;
  /** Resolves when no call is left. */
  drain(): Promise<void>;
}

/**
 * Calls that were with a process when it ended are put to the next one, each alone: the call that ends that one too is at fault and
 * fails, the others were innocent. A process that does not let go of a call whose asker has left is killed after `killAfterMs`.
 */
export function createCallLine(maxPending: number, killAfterMs: number): CallLine {
  const calls = new Set<Promise<CallAnswer>>();
  const inFlight = new Map<number, PendingCall>();
  let waiting: PendingCall[] = [];
  let suspects: PendingCall[] = [];
  let child: ZooChild | undefined;
  let lastId = 0;

  function next(): PendingCall | undefined {
    if (suspects.length > 0) return inFlight.size === 0 ? suspects.shift() : undefined;
    const isTrying = [...inFlight.values()].some(({ deaths }) => deaths > 0);
    return isTrying || inFlight.size >= IN_FLIGHT ? undefined : waiting.shift();
  }

  function pump(): void {
    if (!child) return;
    for (let call = next(); call; call = next()) {
      inFlight.set(call.id, call);
      void send(call, child);
    }
  }

  async function send(call: PendingCall, to: ZooChild): Promise<void> {
    for (let start = 0; start < call.bytes.length; start += PIECE_BYTES) {
      await to.send({ type: 'bytes', call: call.id, bytes: call.bytes.subarray(start, start + PIECE_BYTES) });
      if (to !== child) return; // it ended: `detach` has put the call back
      if (call.isAbandoned) {
        void to.send({ type: 'abort', call: call.id });
        release(call);
        return;
      }
    }
    call.isSent = true;
    const { id, requests, encodings, polygonTolerance, deadlineAt } = call;
    const deadlineMs = deadlineAt - performance.now();
    await to.send({ type: 'analyze', call: id, requests, encodings, polygonTolerance, deadlineMs });
  }

  /** The process is done with it. */
  function release(call: PendingCall): void {
    clearTimeout(call.killTimer);
    inFlight.delete(call.id);
    pump();
  }

  function abandon(call: PendingCall): void {
    call.isAbandoned = true;
    waiting = waiting.filter((other) => other !== call);
    suspects = suspects.filter((other) => other !== call);
    if (!inFlight.has(call.id) || !call.isSent) return;
    const busy = child;
    void busy?.send({ type: 'abort', call: call.id });
    call.killTimer = setTimeout(() => busy?.kill(), killAfterMs).unref();
  }

  async function wait(call: Call, signal: AbortSignal): Promise<CallAnswer> {
    let pending: PendingCall | undefined;
    const ended = new Promise<CallAnswer>((resolve, reject) => {
      lastId += 1;
      pending = { ...call, id: lastId, resolve, reject, deaths: 0, isSent: false, isAbandoned: false };
      waiting.push(pending);
    });
    const onAbort = (): void => abandon(pending!);
    signal.addEventListener('abort', onAbort, { once: true });
    pump();
    return untilAborted(ended, signal).finally(() => signal.removeEventListener('abort', onAbort));
  }

  return {
    async submit(call, signal) {
      signal.throwIfAborted();
      if (calls.size >= maxPending) throw busy(maxPending);
      const answer = wait(call, signal);
      calls.add(answer);
      return answer.finally(() => calls.delete(answer));
    },
    attach(ready) {
      child = ready;
      pump();
    },
    detach(exit) {
      child = undefined;
      for (const call of inFlight.values()) {
        clearTimeout(call.killTimer);
        call.deaths += 1;
        call.isSent = false;
        if (call.deaths > 1) call.reject(died(exit));
        else if (!call.isAbandoned) suspects.push(call);
      }
      inFlight.clear();
    },
    end(end) {
      const call = inFlight.get(end.call);
      if (!call) return; // its process had ended: it is being asked again
      if (end.type === 'answer') call.resolve(end.outcomes);
      else call.reject(ZooError.fromJSON(end.error));
      release(call);
    },
    fail(error) {
      for (const call of [...suspects.splice(0), ...waiting.splice(0)]) call.reject(error);
    },
    async drain() {
      await Promise.allSettled(calls);
    },
  };
}

function busy(maxPending: number): ZooError {
  return new ZooError(
    'BUSY',
    `At most ${maxPending} images may wait for the zoo, and as many do. Ask again in a moment.`,
    {
      details: { maxPending },
    },
  );
}

function died(exit: ChildExit): ZooError {
  return new ZooError(
    'INFERENCE_FAILED',
    `The zoo's process ended twice while it had this image, the second time with nothing else to do: ${describeExit(exit)}. ` +
      'It runs again for others. Look at the image, the head and the memory that the process may use.',
    { details: { code: exit.code, signal: exit.signal } },
  );
}
