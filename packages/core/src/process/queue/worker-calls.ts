import { ZooError } from '../../contract/index.js';
import { findRoom } from './calls-per-worker.js';
import type { CallEnd, Told, ToChild } from '../channel/messages.js';
import { isWorn } from './should-recycle.js';
import {
  findPatienceMs,
  hearOfRun,
  heldItself,
  isHanging,
  isBlockedForNothing,
  isOwnRun,
  mayBeInnocent,
  type KnownRun,
} from './hang-detection.js';
import type { PendingCall } from './pending-call.js';
import { sendCall } from './send-call.js';
import { died, unsendable } from './call-faults.js';
import type { ChildExit, KillCause } from '../channel/fork-worker.js';
import type { Lane, LaneEvents, LaneLimits } from './worker-calls-types.js';
import type { Pulse, ZooChild } from '../channel/spawn-worker.js';

/** How often a process that holds on to a call of nobody is looked at. */
const LOOK_MS = 50;

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
  /** When it got the first of the calls that it has. */
  let busySince = 0;
  let wasUp = false;
  let stall: NodeJS.Timeout | undefined;

  function next(): PendingCall | undefined {
    if (suspects.length > 0) return inFlight.size === 0 ? suspects.shift() : undefined;
    const isTrying = [...inFlight.values()].some(({ isSuspect }) => isSuspect);
    return isTrying || inFlight.size >= findRoom(child?.state.models) ? undefined : events.next();
  }

  function pump(): void {
    if (!child?.heartbeat.isInTime || isDoomed || onDrained) return;
    for (let call = next(); call; call = next()) {
      if (inFlight.size === 0) watch(child);
      events.onBegin(call);
      inFlight.set(call.id, call);
      void send(call, child);
    }
  }

  /** Whatever goes wrong here is the end of this call and of no other. */
  async function send(call: PendingCall, to: ZooChild): Promise<void> {
    const isGone = (): boolean => to !== child; // `detach` has put the call back
    try {
      const isWhole = await sendCall(call, to, isGone);
      if (!isWhole && !isGone()) finish(call);
    } catch (error) {
      if (isGone()) return;
      tell(to, { type: 'abort', call: call.id });
      call.reject(unsendable(error));
      finish(call);
    }
  }

  /** From now on the process owes signs of life. */
  function watch(busy: ZooChild): void {
    heardAt = performance.now();
    busySince = heardAt;
    clearTimeout(stall);
    stall = setTimeout(() => kill(busy, 'stalled'), stallAfterMs).unref();
  }

  function kill(doomed: ZooChild, cause: KillCause): void {
    if (doomed === child) isDoomed = true;
    doomed.kill(cause);
  }

  function hear(told: Told | Pulse, from: ZooChild): void {
    if (told.type === 'pulse') {
      feel(from);
      return;
    }
    heardAt = performance.now();
    stall?.refresh();
    if (told.type === 'runs') run = hearOfRun(run, told);
    else if (told.type !== 'alive') end(told);
    else if (told.state && isWorn(told.state)) events.onWorn();
  }

  function feel({ heartbeat }: ZooChild): void {
    const idleMs = inFlight.size === 0 ? Infinity : heartbeat.blockedMs - (performance.now() - busySince);
    if (child && !isDoomed && isBlockedForNothing(heartbeat, idleMs, stallAfterMs)) kill(child, 'frozen');
    if (heartbeat.isInTime === wasUp) return;
    wasUp = heartbeat.isInTime;
    events.onPulse();
  }

  function end(told: CallEnd): void {
    const call = inFlight.get(told.call);
    if (!call) return; // its process had ended: it is being asked again
    if (told.type === 'fault') call.reject(ZooError.fromJSON(told.error));
    else call.resolve(told.outcomes);
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
    const isInnocent = mayBeInnocent(call, exit);
    if (isInnocent) call.interruptions += 1;
    else call.crashes += 1;
    if (isInnocent && !call.isSuspect) {
      if (!call.isAbandoned) events.onInterrupted(call);
      return;
    }
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
    get hasProcess() {
      return child !== undefined;
    },
    get isUp() {
      return child?.heartbeat.isInTime ?? false;
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
      wasUp = ready.heartbeat.isInTime;
      ready.listen((told) => {
        if (ready === child) hear(told, ready);
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
      tell(child, { type: 'abort', call: call.id });
      wait(call, child, { since: performance.now(), isLate });
    },
    release: () => suspects.splice(0),
  };
}

/** Sends what nobody waits for. */
function tell(child: ZooChild, message: ToChild): void {
  child.send(message).catch(() => undefined);
}
