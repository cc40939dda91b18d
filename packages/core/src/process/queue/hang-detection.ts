import type { RunBegin } from '../channel/messages.js';
import type { ChildExit } from '../channel/fork-worker.js';
import type { PendingCall } from './pending-call.js';

/** How long a process may hold on to a call whose asker has left, in milliseconds. */
export interface PatienceLimits {
  /** Where nothing better is known. */
  readonly killAfterMs: number;
  /** Where a model runs for nobody else, and another process stands ready. */
  readonly graceMs: number;
  readonly hasReserve: () => boolean;
}

/** More of them are no accident any more. */
const MOST_INTERRUPTIONS = 3;

/** The run that a process told of last. */
export interface KnownRun {
  /** Several where their runs were joined. */
  readonly calls: readonly number[];
  readonly isShared: boolean;
}

/** What is known of the run that is under way, once the process has told more. */
export function hearOfRun(known: KnownRun | undefined, { call, isShared, isJoined }: RunBegin): KnownRun {
  return { calls: isJoined && known ? [...known.calls, call] : [call], isShared };
}

/**
 * How long to wait for a process that holds a call whose asker has left; Infinity while it is at somebody else's run, which ending it
 * would only delay. A call that was interrupted often enough is not interrupted for the sake of a quick replacement again: whoever asks
 * and leaves, over and over, would keep the others from ever being answered.
 */
export function findPatienceMs(
  run: KnownRun | undefined,
  inFlight: ReadonlyMap<number, PendingCall>,
  { killAfterMs, graceMs, hasReserve }: PatienceLimits,
): number {
  const owners = run?.calls.flatMap((call) => inFlight.get(call) ?? []) ?? [];
  if (!run || owners.length === 0) return killAfterMs;
  if (owners.some(({ isAbandoned }) => !isAbandoned)) return Infinity;
  const others = [...inFlight.values()].filter(({ isAbandoned }) => !isAbandoned);
  const isWaitedFor = others.some(({ sha256 }) => owners.some((owner) => owner.sha256 === sha256));
  if (run.isShared && isWaitedFor) return Infinity;
  if (!hasReserve() || others.some(({ interruptions }) => interruptions >= MOST_INTERRUPTIONS)) return killAfterMs;
  return Math.min(graceMs, killAfterMs);
}

/** A process that is silent for so long while it has a call that is past its deadline is taken to hang in it. */
const HANG_MS = 10_000;
/** Or for this part of the time that the call had, in a run of this call alone: one that others kept waiting had no such part. */
const OWN_PART = 0.5;

/** What a process has told of late. */
export interface Silence {
  readonly run: KnownRun | undefined;
  /** Since it told anything. */
  readonly silentMs: number;
  readonly stallAfterMs: number;
}

/** Whether that is sure, whatever the process is at and however short the deadline was. */
export function isHanging({ silentMs, stallAfterMs }: Pick<Silence, 'silentMs' | 'stallAfterMs'>): boolean {
  return silentMs >= Math.min(HANG_MS, stallAfterMs);
}

/** Whether a call that is past its deadline has a run of its own to blame for it: that run hangs, or is slow. */
export function heldItself({ id, joinedAt, deadlineAt }: PendingCall, silence: Silence): boolean {
  const { run, silentMs } = silence;
  if (isHanging(silence)) return true;
  return isOwnRun(run, id) && silentMs >= (deadlineAt - joinedAt) * OWN_PART;
}

/** Whether the run is of this call and of no other. */
export function isOwnRun(run: KnownRun | undefined, call: number): boolean {
  return run?.calls.length === 1 && run.calls[0] === call;
}

/** A process without calls has nothing to do that takes so long. */
const IDLE_BLOCKED_MS = 10_000;
/** What is told of a blocked thread is exact to a heartbeat or two. */
const INEXACT_MS = 2_000;

/**
 * Whether a process's main thread stands still that began to do so while it had no calls; `idleMs`: for how long it had stood so when it
 * got the first of those that it has. Such a process would hold the next call until it is taken to hang in it.
 */
export function isBlockedForNothing(
  { blockedMs }: { readonly blockedMs: number },
  idleMs: number,
  stallAfterMs: number,
): boolean {
  return blockedMs >= Math.min(IDLE_BLOCKED_MS, stallAfterMs) && idleMs > INEXACT_MS;
}

/** Whether the process ended for a reason that has nothing to do with a call that it had. A call may still be why it froze, again and again. */
export function mayBeInnocent({ interruptions }: PendingCall, { cause }: ChildExit): boolean {
  return cause === 'cancelled' || (cause === 'frozen' && interruptions < MOST_INTERRUPTIONS);
}
