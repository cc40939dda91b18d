import { ZooError, type QueueRuntime } from '../../contract/index.js';
import { untilAborted } from '../../flow/abort.js';
import { createWaitingLine } from '../../flow/fair-queue.js';
import { computeSha256, imageKey } from '../../image/source/image-source.js';
import { createLane } from './worker-calls.js';
import type { Lane, LaneLimits } from './worker-calls-types.js';
import { createPace } from './throughput.js';
import { createPending, type Call, type CallAnswer, type PendingCall } from './pending-call.js';
import { createQuarantine, type Asked } from './quarantine.js';
import { createSpread } from './route-images.js';

/** When an asker leaves: from the line as soon as `due` aborts, from a process, which may be about to answer, when `late` does. */
export interface Leaving {
  readonly due: AbortSignal;
  readonly late: AbortSignal;
}

export interface LineOptions extends Omit<LaneLimits, 'hasReserve'> {
  /** Calls that wait or run; where more come, those of the weakest rank are refused. */
  readonly maxPending: number;
  /** SHA-256 of an image; another one in tests. */
  readonly identify?: (bytes: Uint8Array) => Promise<string>;
  /** A call has left the line for a process. */
  readonly onTaken?: (call: PendingCall) => void;
}

export interface LaneOptions {
  /** Hears of every call that the lane's process has ended. */
  readonly onEnd?: () => void;
  /** Whether a process is ready to take the place of the lane's; false if left out. */
  readonly hasReserve?: () => boolean;
  /** Hears that the lane's process should be replaced when it suits: it holds memory that it should have given back. */
  readonly onWorn?: () => void;
}

/** The calls that wait for a process or are with one. */
export interface CallLine {
  /** For one more process. */
  addLane(options?: LaneOptions): Lane;
  /**
   * Rejects with BUSY where too many wait, IMAGE_QUARANTINED for an image that did harm, with a signal's reason when it aborts, or with
   * the call's own fault.
   */
  submit(call: Call, leaving: Leaving): Promise<CallAnswer>;
  runtime(): QueueRuntime;
  /** This lane gets no process: others take its calls over; if none is left, whoever waits is told why. */
  fail(error: ZooError, lane?: Lane): void;
  /** Resolves when no call is left. */
  drain(): Promise<void>;
}

export function createCallLine({ maxPending, identify = computeSha256, onTaken, ...limits }: LineOptions): CallLine {
  const calls = new Set<Promise<CallAnswer>>();
  const pendings = new Set<PendingCall>();
  const waiting = createWaitingLine<PendingCall>();
  const lanes: Lane[] = [];
  const spread = createSpread(lanes);
  const pace = createPace();
  const quarantine = createQuarantine();
  let lastId = 0;

  /** Half of what is there has to end, or all who were refused would come back for one place. */
  const retryAfterMs = (): number => pace.estimateMs(Math.ceil(calls.size / 2));
  const pump = (): void => lanes.forEach((lane) => lane.pump());

  function addLane({ onEnd, onWorn, hasReserve = () => false }: LaneOptions = {}): Lane {
    const lane: Lane = createLane(
      {
        next() {
          const call = waiting.take(({ imageKey }) => imageKey !== '' && spread.homeOf(imageKey) === lane);
          if (call) onTaken?.(call);
          return call;
        },
        onBegin({ imageKey }) {
          pace.begin(lanes.every(({ load }) => load === 0));
          spread.remember(lane, imageKey);
        },
        onInterrupted: (call) => waiting.rejoin(call, call.rank),
        onDetached() {
          spread.forget(lane);
          pump();
        },
        onFree() {
          pace.end();
          pump();
        },
        onEnd(call) {
          onEnd?.();
          quarantine.absolve(askedOf(call));
        },
        onGuilty(call) {
          quarantine.condemn(askedOf(call));
          refuseCondemned();
        },
        onHang(call) {
          quarantine.suspect(askedOf(call));
          refuseCondemned();
        },
        onPulse: pump,
        onWorn: () => onWorn?.(),
      },
      { ...limits, hasReserve },
    );
    lanes.push(lane);
    return lane;
  }

  function makeRoom({ rank }: Call): void {
    if (calls.size < maxPending) return;
    const weaker = waiting.findWeaker(rank);
    if (!weaker) throw busy(maxPending, retryAfterMs());
    waiting.leave(weaker);
    weaker.reject(busy(maxPending, retryAfterMs()));
  }

  /** Whether the call was with no process; it has left. */
  const leave = (call: PendingCall): boolean => waiting.leave(call) || lanes.some((lane) => lane.leave(call));

  /** Whoever waits with an image that has just been found to do harm need not wait. */
  function refuseCondemned(): void {
    for (const call of pendings) {
      const refusal = quarantine.find(askedOf(call));
      if (refusal) reject(call, refusal);
    }
  }

  /** It may go to a process, now that its image is known; nothing happens to one that has left meanwhile. */
  function admit(call: PendingCall, digest: string): void {
    call.digest = digest;
    call.imageKey = imageKey(digest, call.options.view);
    const refusal = quarantine.find(askedOf(call));
    if (refusal) reject(call, refusal);
    else if (quarantine.isSuspect(askedOf(call)) && waiting.leave(call)) spread.homeOf(call.imageKey).isolate(call);
    pump();
  }

  /** Of one that is with no process. */
  function reject(call: PendingCall, error: unknown): void {
    if (leave(call)) call.reject(error as Error);
  }

  async function run(call: Call, { due, late }: Leaving): Promise<CallAnswer> {
    lastId += 1;
    const { pending, ended } = createPending(call, lastId);
    const onDue = (): void => reject(pending, due.reason);
    const onLate = (): void => lanes.forEach((lane) => lane.abandon(pending, late.reason instanceof ZooError));
    due.addEventListener('abort', onDue, { once: true });
    late.addEventListener('abort', onLate, { once: true });
    waiting.join(pending, call.rank); // before its image is read: many may come in that time, and the weakest of all is to be refused
    pendings.add(pending);
    const identified = call.sha256 === undefined ? identify(call.bytes) : Promise.resolve(call.sha256);
    identified.then(
      (digest) => admit(pending, digest),
      (error: unknown) => reject(pending, error),
    );
    return untilAborted(ended, late).finally(() => {
      pendings.delete(pending);
      due.removeEventListener('abort', onDue);
      late.removeEventListener('abort', onLate);
    });
  }

  return {
    addLane,
    async submit(call, leaving) {
      leaving.due.throwIfAborted();
      makeRoom(call);
      const answer = run(call, leaving);
      calls.add(answer);
      return answer.finally(() => calls.delete(answer));
    },
    runtime: () => ({
      pending: calls.size,
      waiting: waiting.size,
      limit: maxPending,
      retryAfterMs: retryAfterMs(),
      quarantined: quarantine.size,
    }),
    fail(error, lane) {
      if (lane && lanes.some(({ hasProcess }) => hasProcess)) {
        for (const call of lane.release()) spread.homeOf(call.imageKey).isolate(call);
        return;
      }
      for (const each of lanes) for (const call of each.release()) call.reject(error);
      for (let call = waiting.take(); call; call = waiting.take()) call.reject(error);
    },
    async drain() {
      await Promise.allSettled(calls);
    },
  };
}

function askedOf({ imageKey, heads }: PendingCall): Asked {
  return { sha256: imageKey, heads };
}

function busy(maxPending: number, retryAfterMs: number): ZooError {
  return new ZooError(
    'BUSY',
    `At most ${maxPending} images may wait for the zoo, and as many do. Ask again in ${Math.ceil(retryAfterMs / 1000)} s.`,
    { details: { maxPending, retryAfterMs } },
  );
}
