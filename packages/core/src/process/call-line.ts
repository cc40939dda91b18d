import { ZooError } from '../contract/index.js';
import { untilAborted } from '../sessions/abort.js';
import { createWaitingLine } from '../sessions/waiting-line.js';
import { createLane, type Lane } from './lane.js';
import { createPace } from './pace.js';
import { createPending, type Call, type CallAnswer, type PendingCall } from './pending-call.js';

/** When an asker leaves: from the line as soon as `due` aborts, from a process, which may be about to answer, when `late` does. */
export interface Leaving {
  readonly due: AbortSignal;
  readonly late: AbortSignal;
}

/** The calls that wait for a process or are with it. */
export interface CallLine extends Pick<Lane, 'attach' | 'detach' | 'end' | 'fail'> {
  /** Rejects with BUSY where too many wait, with a signal's reason when it aborts, or with the call's own fault. */
  submit(call: Call, leaving: Leaving): Promise<CallAnswer>;
  /** Calls that wait or run, and when a new one would find room, about. */
  readonly load: { readonly pending: number; readonly waiting: number; readonly retryAfterMs: number };
  /** Resolves when no call is left. */
  drain(): Promise<void>;
}

/** At most `maxPending` calls; where more come, those of the weakest rank are refused. */
export function createCallLine(maxPending: number, killAfterMs: number): CallLine {
  const calls = new Set<Promise<CallAnswer>>();
  const waiting = createWaitingLine<PendingCall>();
  const pace = createPace();
  let lastId = 0;
  const lane = createLane(
    {
      next: () => waiting.take(),
      onBegin: (isFirst) => pace.begin(isFirst),
      onFree() {
        pace.end();
        lane.pump();
      },
    },
    killAfterMs,
  );

  /** Half of what is there has to end, or all who were refused would come back for one place. */
  const retryAfterMs = (): number => pace.estimateMs(Math.ceil(calls.size / 2));

  function makeRoom({ rank }: Call): void {
    if (calls.size < maxPending) return;
    const weaker = waiting.findWeaker(rank);
    if (!weaker) throw busy(maxPending, retryAfterMs());
    waiting.leave(weaker);
    weaker.reject(busy(maxPending, retryAfterMs()));
  }

  async function wait(call: Call, { due, late }: Leaving): Promise<CallAnswer> {
    lastId += 1;
    const { pending, ended } = createPending(call, lastId);
    const onDue = (): void => {
      if (waiting.leave(pending) || lane.leave(pending)) pending.reject(due.reason as Error);
    };
    const onLate = (): void => lane.abandon(pending);
    due.addEventListener('abort', onDue, { once: true });
    late.addEventListener('abort', onLate, { once: true });
    waiting.join(pending, call.rank);
    lane.pump();
    return untilAborted(ended, late).finally(() => {
      due.removeEventListener('abort', onDue);
      late.removeEventListener('abort', onLate);
    });
  }

  return {
    attach: (child) => lane.attach(child),
    detach: (exit) => lane.detach(exit),
    end: (end) => lane.end(end),
    get load() {
      return { pending: calls.size, waiting: waiting.size, retryAfterMs: retryAfterMs() };
    },
    async submit(call, leaving) {
      leaving.due.throwIfAborted();
      makeRoom(call);
      const answer = wait(call, leaving);
      calls.add(answer);
      return answer.finally(() => calls.delete(answer));
    },
    fail(error) {
      lane.fail(error);
      for (let call = waiting.take(); call; call = waiting.take()) call.reject(error);
    },
    async drain() {
      await Promise.allSettled(calls);
    },
  };
}

function busy(maxPending: number, retryAfterMs: number): ZooError {
  return new ZooError(
    'BUSY',
    `At most ${maxPending} images may wait for the zoo, and as many do. Ask again in ${Math.ceil(retryAfterMs / 1000)} s.`,
    { details: { maxPending, retryAfterMs } },
  );
}
