import { ZooError } from '../contract/index.js';
import type { CallEnd } from './messages.js';
import type { PendingCall } from './pending-call.js';
import { describeExit, type ChildExit, type ZooChild } from './spawn-child.js';

/** How many calls one process has at a time: enough to decode an image beside a running model; the rest can still leave the line. */
const IN_FLIGHT = 4;

/** Written at once in under a millisecond; the event loop turns between two pieces. */
const PIECE_BYTES = 256 * 1024;

export interface LaneEvents {
  /** The next call that this process should have, if any waits. */
  next(): PendingCall | undefined;
  /** The process has begun with a call; `isFirst` if it had no other. */
  onBegin(isFirst: boolean): void;
  /** The process is done with a call, in whatever way. */
  onFree(): void;
}

/** The calls that are with one process, and with those that take its place. */
export interface Lane {
  /** Takes calls until the process has as many as it may. */
  pump(): void;
  /** A process is ready. */
  attach(child: ZooChild): void;
  /** It has ended. */
  detach(exit: ChildExit): void;
  /** A call has ended in the process. */
  end(end: CallEnd): void;
  /** Whether the call was waiting for a process of this lane; it has left. */
  leave(call: PendingCall): boolean;
  /** The asker of a call that may be with the process has left. */
  abandon(call: PendingCall): void;
  /** No process can be had: calls that wait for one of this lane are told why. */
  fail(error: ZooError): void;
}

/**
 * Calls that were with a process when it ended are put to the next one, each alone: the call that ends that one too is at fault and
 * fails, the others were innocent. A process that does not let go of a call whose asker has left is killed after `killAfterMs`.
 */
export function createLane(events: LaneEvents, killAfterMs: number): Lane {
  const inFlight = new Map<number, PendingCall>();
  let suspects: PendingCall[] = [];
  let child: ZooChild | undefined;

  function next(): PendingCall | undefined {
    if (suspects.length > 0) return inFlight.size === 0 ? suspects.shift() : undefined;
    const isTrying = [...inFlight.values()].some(({ deaths }) => deaths > 0);
    return isTrying || inFlight.size >= IN_FLIGHT ? undefined : events.next();
  }

  function pump(): void {
    if (!child) return;
    for (let call = next(); call; call = next()) {
      events.onBegin(inFlight.size === 0);
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
    const { id, requests, options, deadlineAt } = call;
    const deadlineMs = deadlineAt - performance.now();
    await to.send({ type: 'analyze', call: id, requests, options: { ...options, deadlineMs } });
  }

  /** The process is done with it. */
  function release(call: PendingCall): void {
    clearTimeout(call.killTimer);
    inFlight.delete(call.id);
    events.onFree();
  }

  return {
    pump,
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
    leave(call) {
      const isHere = suspects.includes(call);
      suspects = suspects.filter((other) => other !== call);
      return isHere;
    },
    abandon(call) {
      call.isAbandoned = true;
      if (!inFlight.has(call.id) || !call.isSent) return;
      const busy = child;
      void busy?.send({ type: 'abort', call: call.id });
      call.killTimer = setTimeout(() => busy?.kill(), killAfterMs).unref();
    },
    fail(error) {
      for (const call of suspects.splice(0)) call.reject(error);
    },
  };
}

function died(exit: ChildExit): ZooError {
  return new ZooError(
    'INFERENCE_FAILED',
    `The zoo's process ended twice while it had this image, the second time with nothing else to do: ${describeExit(exit)}. ` +
      'It runs again for others. Look at the image, the head and the memory that the process may use.',
    { details: { code: exit.code, signal: exit.signal } },
  );
}
