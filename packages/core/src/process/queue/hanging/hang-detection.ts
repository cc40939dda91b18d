import type { RunBegin } from '../../channel/messages.js';
import type { PendingCall } from '../calls/pending-call.js';
import { MOST_INTERRUPTIONS, type HoldFault } from '../quarantine/faults-that-quarantine.js';

/** How long a worker may keep a call whose caller has left, in milliseconds. */
export interface AbandonedCallLimits {
  /** In any case, unless the worker runs a model for another call. */
  readonly killAfterMs: number;
  /** Where a model runs for no other call, and a standby is ready. */
  readonly graceMs: number;
  readonly hasStandby: () => boolean;
}

/** The run that a worker reported last. */
export interface KnownRun {
  /** Several where the run is a batch. */
  readonly calls: readonly number[];
  readonly isShared: boolean;
}

/** What is known of the run that is under way, after another report. */
export function updateKnownRun(known: KnownRun | undefined, { call, isShared, isBatched }: RunBegin): KnownRun {
  return { calls: isBatched && known ? [...known.calls, call] : [call], isShared };
}

const isAbandoned = ({ state }: PendingCall): boolean => state.name === 'abandoned';

/**
 * How long to wait for a worker that keeps an abandoned call. Infinity while the worker runs a model for a call that
 * somebody waits for: to end the worker would only delay that call. A call that was interrupted often enough is not
 * interrupted again for the sake of a quick replacement; otherwise a caller who asks and leaves, over and over, would
 * keep the others from ever being answered.
 */
export function computeAbandonedLimitMs(
  run: KnownRun | undefined,
  inFlight: ReadonlyMap<number, PendingCall>,
  { killAfterMs, graceMs, hasStandby }: AbandonedCallLimits,
): number {
  const owners = run?.calls.flatMap((call) => inFlight.get(call) ?? []) ?? [];
  if (!run || owners.length === 0) return killAfterMs;
  if (!owners.every(isAbandoned)) return Infinity;
  const wanted = [...inFlight.values()].filter((call) => !isAbandoned(call));
  const isWaitedFor = wanted.some(({ imageKey }) => owners.some((owner) => owner.imageKey === imageKey));
  if (run.isShared && isWaitedFor) return Infinity;
  if (!hasStandby() || wanted.some(({ state }) => state.interruptions >= MOST_INTERRUPTIONS)) return killAfterMs;
  return Math.min(graceMs, killAfterMs);
}

/** A worker that has been silent for so long, while it has a call that is past its deadline, is taken to hang. */
const HANG_MS = 10_000;
/** So is one whose run is of this call alone and has taken this part of the time that the call had. */
const OWN_PART = 0.5;

/** What a worker has reported lately. */
export interface Silence {
  readonly run: KnownRun | undefined;
  /** Since its last report. */
  readonly silentMs: number;
  readonly stallAfterMs: number;
}

/** Whether the worker surely hangs, whatever it does and however short the deadline was. */
export function isHanging({ silentMs, stallAfterMs }: Pick<Silence, 'silentMs' | 'stallAfterMs'>): boolean {
  return silentMs >= Math.min(HANG_MS, stallAfterMs);
}

/** What finds each fault of a call that holds its worker, when the worker has been looked at. */
const IS_HELD: Readonly<Record<HoldFault, (call: PendingCall, silence: Silence) => boolean>> = {
  overdue: isOverdue,
};

/** The fault of an abandoned call that holds its worker, if any. */
export function findHoldFault(call: PendingCall, silence: Silence): HoldFault | undefined {
  return (Object.keys(IS_HELD) as HoldFault[]).find((fault) => IS_HELD[fault](call, silence));
}

/** Whether a call that is past its deadline is itself to blame: its own run hangs, or is slow. */
function isOverdue({ id, queuedAt, deadlineAt, state }: PendingCall, silence: Silence): boolean {
  if (state.name !== 'abandoned' || !state.isLate) return false;
  const { run, silentMs } = silence;
  if (isHanging(silence)) return true;
  return isOwnRun(run, id) && silentMs >= (deadlineAt - queuedAt) * OWN_PART;
}

/** Whether the run is of this call and of no other. */
export function isOwnRun(run: KnownRun | undefined, call: number): boolean {
  return run?.calls.length === 1 && run.calls[0] === call;
}

/** A worker without calls has nothing to do that takes so long. */
const IDLE_BLOCKED_MS = 10_000;
/** What a heartbeat says of a blocked thread is exact to one or two heartbeats. */
const INEXACT_MS = 2_000;

/**
 * Whether a worker's main thread is blocked since a time when the worker had no calls; `idleMs` is how long it had been
 * blocked when the first of its calls came. Such a worker would hold the next call until that one is taken to hang.
 */
export function isBlockedWhileIdle(
  { blockedMs }: { readonly blockedMs: number },
  idleMs: number,
  stallAfterMs: number,
): boolean {
  return blockedMs >= Math.min(IDLE_BLOCKED_MS, stallAfterMs) && idleMs > INEXACT_MS;
}
