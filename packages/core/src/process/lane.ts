import { ZooError } from '../contract/index.js';
import { findRoom } from './find-room.js';
import type { CallEnd, Told } from './messages.js';
import { isWorn } from './is-worn.js';
import {
  findPatienceMs,
  hearOfRun,
  heldItself,
  isHanging,
  isOwnRun,
  type KnownRun,
  type PatienceLimits,
} from './patience.js';
import type { PendingCall } from './pending-call.js';
import { sendCall } from './send-call.js';
import { describeExit, type ChildExit, type KillCause, type ZooChild } from './spawn-child.js';

/** How often a process that holds on to a call of nobody is looked at. */
const LOOK_MS = 50;

export interface LaneEvents {
  /** The next call that this process should have, if any waits. */
  next(): PendingCall | undefined;
  /** The process is about to begin with a call. */
  onBegin(call: PendingCall): void;
  /** The process is done with a call, in whatever way. */
  onFree(): void;
  /** The process has ended a call, well or not. */
  onEnd(call: PendingCall): void;
  /** The process was ended for the sake of another call; this one is to be asked again. */
  onInterrupted(call: PendingCall): void;
  /** The process has ended, and has no calls any more. */
  onDetached(): void;
  /** The call ended two processes, the second of which had nothing else to do. */
  onGuilty(call: PendingCall): void;
  /** The process was held by this call beyond its deadline, and is killed unless the call ends soon. */
  onHang(call: PendingCall): void;
  /** The process says that it holds memory which it should have given back; told as often as it says so. */
  onWorn(): void;
}

export interface LaneLimits extends PatienceLimits {
  /** How long a process that has calls may give no sign of life. */
  readonly stallAfterMs: number;
}

/** The calls that are with one process, and with those that take its place. */
export interface Lane {
  /** Whether a process is there. */
  readonly isUp: boolean;
  /** Calls that are with the process, or may be with no other. */
  readonly load: number;
  /** Takes calls until the process has as many as it may. */
  pump(): void;
  /** A process is ready. */
  attach(child: ZooChild): void;
  /** The process is given no more calls; resolves when it has none, or has ended. */
  drain(): Promise<void>;
  /** It has ended. */
  detach(exit: ChildExit): void;
  /** A call that did harm before waits for this lane's process to run alone; once more is enough to fail it. */
  isolate(call: PendingCall): void;
  /** Whether the call was waiting here; it has left. */
  leave(call: PendingCall): boolean;
  /** The asker of a call that may be with the process has left; `isLate` if it was the deadline that passed. */
  abandon(call: PendingCall, isLate: boolean): void;
  /** No process can be had: these calls waited for one of this lane. */
  release(): readonly PendingCall[];
}

/**
 * Calls that were with a process when it ended are put to the next one, each alone: the call that ends that one too is at fault and
 * fails, the others were innocent. A process that does not let go of a call whose asker has left is killed, as is one that stands still;
 * those who were with it then wait for their turn again, next to come.
 */
export function createLane(events: LaneEvents, limits: LaneLimits): Lane {
  const { stallAfterMs } = limits;
  const inFlight = new Map<number, PendingCall>();
  let suspects: PendingCall[] = [];
  let child: ZooChild | undefined;
  /** Killed, and not gone yet. */
  let isDoomed = false;
  let onDrained: (() => void) | undefined;
  let run: KnownRun | undefined;
  let heardAt = 0;
  let stall: NodeJS.Timeout | undefined;

  function next(): PendingCall | undefined {
    if (suspects.length > 0) return inFlight.size === 0 ? suspects.shift() : undefined;
    const isTrying = [...inFlight.values()].some(({ isSuspect }) => isSuspect);
    return isTrying || inFlight.size >= findRoom(child?.state.models) ? undefined : events.next();
  }

  function pump(): void {
    if (!child || isDoomed || onDrained) return;
    for (let call = next(); call; call = next()) {
      if (inFlight.size === 0) watch(child);
      events.onBegin(call);
      inFlight.set(call.id, call);
      void send(call, child);
    }
  }

  async function send(call: PendingCall, to: ZooChild): Promise<void> {
    const isGone = (): boolean => to !== child; // `detach` has put the call back
    const isWhole = await sendCall(call, to, isGone);
    if (!isWhole && !isGone()) finish(call);
  }

  /** From now on the process owes signs of life. */
  function watch(busy: ZooChild): void {
    heardAt = performance.now();
    clearTimeout(stall);
    stall = setTimeout(() => kill(busy, 'stalled'), stallAfterMs).unref();
  }

  function kill(doomed: ZooChild, cause: KillCause): void {
    if (doomed === child) isDoomed = true;
    doomed.kill(cause);
  }

  function hear(told: Told): void {
    heardAt = performance.now();
    stall?.refresh();
    if (told.type === 'runs') run = hearOfRun(run, told);
    else if (told.type !== 'alive') end(told);
    else if (isWorn(told.state)) events.onWorn();
  }

  function end(told: CallEnd): void {
    const call = inFlight.get(told.call);
    if (!call) return; // its process had ended: it is being asked again
    if (told.type === 'answer') call.resolve(told.outcomes);
    else call.reject(ZooError.fromJSON(told.error));
    events.onEnd(call);
    finish(call);
  }

  /** The process is done with it. */
  function finish(call: PendingCall): void {
    clearTimeout(call.killTimer);
    inFlight.delete(call.id);
    if (inFlight.size === 0) {
      clearTimeout(stall);
      onDrained?.();
    }
    events.onFree();
  }

  function putBack(call: PendingCall, exit: ChildExit): void {
    clearTimeout(call.killTimer);
    call.isSent = false;
    if (exit.cause === 'cancelled' && !call.isSuspect) {
      call.interruptions += 1;
      if (!call.isAbandoned) events.onInterrupted(call);
      return;
    }
    if (exit.cause !== 'cancelled') call.crashes += 1;
    call.isSuspect = true;
    if (call.crashes > 1) {
      if (!call.isHung) events.onGuilty(call);
      call.reject(died(exit));
    } else if (!call.isAbandoned) suspects.push(call);
  }

  /**
   * The process owes the end of this call, of which nobody wants the answer. One that held a process before is given time to end after
   * all: it may be slow and no more.
   */
  function wait(call: PendingCall, busy: ZooChild, { since, isLate }: { since: number; isLate: boolean }): void {
    const now = performance.now();
    const patienceMs = findPatienceMs(run, inFlight, limits);
    const silence = { run, silentMs: now - heardAt, stallAfterMs };
    if (now - since >= patienceMs) {
      if (isLate && !call.isHung && heldItself(call, silence)) {
        call.isHung = true;
        events.onHang(call);
      }
      const isOnTrial = isLate && call.isSuspect && isOwnRun(run, call.id) && !isHanging(silence);
      if (!isOnTrial || now - since >= limits.killAfterMs) {
        kill(busy, 'cancelled');
        return;
      }
    }
    const again = (): void => wait(call, busy, { since, isLate });
    call.killTimer = setTimeout(again, Math.min(LOOK_MS, patienceMs)).unref();
  }

  return {
    get isUp() {
      return child !== undefined;
    },
    get load() {
      return inFlight.size + suspects.length;
    },
    pump,
    attach(ready) {
      child = ready;
      isDoomed = false;
      onDrained = undefined;
      run = undefined;
      ready.listen((told) => {
        if (ready === child) hear(told);
      });
      pump();
    },
    drain: () =>
      new Promise((resolve) => {
        onDrained = resolve;
        if (inFlight.size === 0) resolve();
      }),
    detach(exit) {
      child = undefined;
      onDrained?.();
      clearTimeout(stall);
      // The latest first: each one that is put back is the next to come.
      const calls = [...inFlight.values()].toReversed();
      inFlight.clear();
      for (const call of calls) putBack(call, exit);
      suspects.sort((a, b) => a.id - b.id);
      events.onDetached();
    },
    isolate(call) {
      call.isSuspect = true;
      call.crashes = 1;
      suspects.push(call);
      pump();
    },
    leave(call) {
      const isHere = suspects.includes(call);
      suspects = suspects.filter((other) => other !== call);
      return isHere;
    },
    abandon(call, isLate) {
      call.isAbandoned = true;
      if (!inFlight.has(call.id) || !call.isSent) return;
      if (!child) return;
      void child.send({ type: 'abort', call: call.id });
      wait(call, child, { since: performance.now(), isLate });
    },
    release: () => suspects.splice(0),
  };
}

function died(exit: ChildExit): ZooError {
  return new ZooError(
    'INFERENCE_FAILED',
    `The zoo's process ended twice while it had this image, the second time with nothing else to do: ${describeExit(exit)}. ` +
      'It runs again for others. Look at the image, the head and the memory that the process may use.',
    { details: { code: exit.code, signal: exit.signal, ...(exit.cause && { cause: exit.cause }) } },
  );
}
