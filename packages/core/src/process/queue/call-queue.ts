import type { QueueRuntime, ZooError } from '../../contract/index.js';
import { createFairQueue } from '../../flow/fair-queue.js';
import { isPastDeadline } from '../../flow/start-deadline.js';
import { computeSha256 } from '../../image/source/image-source.js';
import { busy } from './calls/call-errors.js';
import type { CallQueue, CallQueueOptions, WorkerHooks } from './call-queue-types.js';
import { createPendingCall, type Call, type CallAnswer, type PendingCall } from './calls/pending-call.js';
import { createQuarantine } from './quarantine/quarantine.js';
import { createImageRouter } from './workers/route-images.js';
import { createThroughput } from './workers/throughput.js';
import { createWorkerCalls } from './workers/worker-calls.js';
import type { WorkerCalls, WorkerCallsEvents } from './workers/worker-calls-types.js';

/** A worker that is about to answer in time gets as long to say so. */
const ANSWER_GRACE_MS = 100;

export function createCallQueue(options: CallQueueOptions): CallQueue {
  return new Queue(options);
}

class Queue implements CallQueue {
  readonly #options: CallQueueOptions;
  readonly #pending = new Set<PendingCall>();
  readonly #waiting = createFairQueue<PendingCall>();
  readonly #workers: WorkerCalls[] = [];
  readonly #router = createImageRouter(this.#workers);
  readonly #throughput = createThroughput();
  readonly #quarantine = createQuarantine();
  #lastId = 0;

  constructor(options: CallQueueOptions) {
    this.#options = options;
  }

  addWorker(hooks: WorkerHooks = {}): WorkerCalls {
    const { hasStandby = () => false } = hooks;
    const worker: WorkerCalls = createWorkerCalls(
      this.#listenTo(() => worker, hooks),
      { ...this.#options, hasStandby },
    );
    this.#workers.push(worker);
    return worker;
  }

  async submit(call: Call, signal: AbortSignal): Promise<CallAnswer> {
    signal.throwIfAborted();
    this.#makePlace(call);
    this.#lastId += 1;
    const pending = createPendingCall(call, this.#lastId);
    this.#pending.add(pending);
    // Before its image is hashed: many calls may come in that time, and the weakest of all is to be refused.
    this.#waiting.add(pending, call.rank);
    const stopListening = this.#leaveOn(signal, pending);
    const { identify = computeSha256 } = this.#options;
    const identified = call.sha256 === undefined ? identify(call.bytes) : Promise.resolve(call.sha256);
    identified.then(
      (digest) => this.#admit(pending, digest),
      (error: unknown) => this.#refuse(pending, error),
    );
    return pending.answer.finally(() => {
      stopListening();
      this.#pending.delete(pending);
    });
  }

  runtime(): QueueRuntime {
    return {
      pending: this.#pending.size,
      waiting: this.#waiting.size,
      limit: this.#options.maxPending,
      retryAfterMs: this.#retryAfterMs(),
      quarantined: this.#quarantine.size,
    };
  }

  fail(error: ZooError, worker?: WorkerCalls): void {
    if (worker && this.#workers.some(({ hasWorker }) => hasWorker)) {
      for (const call of worker.release()) this.#router.route(call.imageKey).isolate(call);
      return;
    }
    for (const call of this.#pending) this.#refuse(call, error);
  }

  async drain(): Promise<void> {
    await Promise.allSettled([...this.#pending].map(({ answer }) => answer));
  }

  #pump(): void {
    for (const worker of this.#workers) worker.pump();
  }

  /** A worker whose fellows have no calls uses their cores as well. */
  #shareCores(): void {
    const busy = this.#workers.filter(({ load }) => load > 0);
    for (const worker of this.#workers) worker.share(busy.every((other) => other === worker));
  }

  /** The time until half of the queue has drained, so that refused callers do not all retry at once. */
  #retryAfterMs(): number {
    return this.#throughput.estimateMs(Math.ceil(this.#pending.size / 2));
  }

  #listenTo(workerOf: () => WorkerCalls, { onEnd, onShouldRecycle }: WorkerHooks): WorkerCallsEvents {
    const pump = (): void => this.#pump();
    return {
      next: () => this.#takeFor(workerOf()),
      onBegin: ({ imageKey: key }) => {
        this.#throughput.begin(this.#workers.every(({ load }) => load === 0));
        this.#router.remember(workerOf(), key);
      },
      onInterrupted: (call) => this.#waiting.putBack(call, call.rank),
      onDetached: () => {
        this.#router.forget(workerOf());
        pump();
      },
      onLoad: () => this.#shareCores(),
      onFree: () => {
        this.#throughput.end();
        pump();
      },
      onEnd: (call) => {
        onEnd?.();
        if (!hasLeftEarly(call)) this.#quarantine.clear(call);
      },
      onFault: (call, fault) => {
        this.#quarantine.record(call, fault);
        this.#refuseBlocked();
      },
      onTurn: pump,
      onShouldRecycle: () => onShouldRecycle?.(),
    };
  }

  #takeFor(worker: WorkerCalls): PendingCall | undefined {
    const call = this.#waiting.take(({ imageKey: key }) => key !== '' && this.#router.route(key) === worker);
    if (call) this.#options.onTaken?.(call);
    return call;
  }

  /** Throws BUSY where the queue is full, unless a weaker call can be refused instead. */
  #makePlace({ rank }: Call): void {
    const { maxPending } = this.#options;
    if (this.#pending.size < maxPending) return;
    const refusal = busy(maxPending, this.#retryAfterMs());
    const weaker = this.#waiting.findWeaker(rank);
    if (!weaker) throw refusal;
    this.#refuse(weaker, refusal);
  }

  /** The image of a call is known, so a worker may take it. Nothing happens to a call that has left meanwhile. */
  #admit(call: PendingCall, digest: string): void {
    call.identify(digest);
    const refusal = this.#quarantine.find(call);
    if (refusal) this.#refuse(call, refusal);
    else if (this.#quarantine.isSuspect(call) && this.#waiting.remove(call))
      this.#router.route(call.imageKey).isolate(call);
    this.#pump();
  }

  /** Calls that wait with an image that was just found to do harm need not wait. */
  #refuseBlocked(): void {
    for (const call of this.#pending) {
      const refusal = this.#quarantine.find(call);
      if (refusal) this.#refuse(call, refusal);
    }
  }

  /** Ends a call that no worker has; returns whether it was such a call. */
  #refuse(call: PendingCall, error: unknown): boolean {
    const isWaiting = this.#waiting.remove(call) || this.#workers.some((worker) => worker.remove(call));
    if (!isWaiting) return false;
    call.apply({ type: 'end' });
    call.reject(error as Error);
    return true;
  }

  /**
   * Ends the call when its caller leaves: at once while it waits; with a little patience where a worker may be about to
   * answer.
   */
  #leaveOn(signal: AbortSignal, call: PendingCall): () => void {
    const { answerGraceMs = ANSWER_GRACE_MS } = this.#options;
    let timer: NodeJS.Timeout | undefined;
    const leave = (): void => {
      if (this.#refuse(call, signal.reason)) return;
      for (const worker of this.#workers) worker.abandon(call, isPastDeadline(signal));
      call.reject(signal.reason as Error);
    };
    const onAbort = (): void => {
      if (this.#refuse(call, signal.reason)) return;
      if (isPastDeadline(signal) && answerGraceMs > 0) timer = setTimeout(leave, answerGraceMs);
      else leave();
    };
    signal.addEventListener('abort', onAbort, { once: true });
    return () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
    };
  }
}

/** Then the worker has dropped the call, and its end says nothing of what the image does. */
function hasLeftEarly({ state }: PendingCall): boolean {
  return state.name === 'abandoned' && !state.isLate;
}
