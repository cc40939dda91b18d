import { ZooError } from '../../../contract/index.js';
import type { KillCause, WorkerExit } from '../../channel/fork-worker.js';
import type { CallEnd, SignOfLife, ToWorker, WorkerReport } from '../../channel/messages.js';
import type { Pulse, ReadyWorker } from '../../channel/spawn-worker.js';
import { createAbandonedCalls, type AbandonedCalls } from '../hanging/abandoned-calls.js';
import { died, unsendable } from '../calls/call-errors.js';
import { isSuspicious } from '../calls/call-life.js';
import { computeCallsPerWorker } from './calls-per-worker.js';
import { isBlockedWhileIdle } from '../hanging/hang-detection.js';
import { createHeldFile } from '../calls/held-file.js';
import type { PendingCall } from '../calls/pending-call.js';
import { sendCall } from '../calls/send-call.js';
import { shouldRecycle } from './should-recycle.js';
import type { WorkerCalls, WorkerCallsEvents, WorkerCallsLimits } from './worker-calls-types.js';
import { isResponsive, nextWorkerLife, workerOf, type WorkerEvent, type WorkerLife } from './worker-life.js';
import { createWorkerWatch, type WorkerWatch } from './worker-watch.js';

/**
 * Calls that a worker had when it ended go to the next one, each alone: a call that ends that one too is at fault and
 * fails; the others were innocent. A worker that keeps a call whose caller has left is killed, as is one that hangs;
 * its other calls then wait again, in front of the queue.
 */
export function createWorkerCalls(events: WorkerCallsEvents, limits: WorkerCallsLimits): WorkerCalls {
  return new Calls(events, limits);
}

class Calls implements WorkerCalls {
  #life: WorkerLife = { name: 'starting' };
  readonly #inFlight = new Map<number, PendingCall>();
  readonly #suspects: PendingCall[] = [];
  readonly #watch: WorkerWatch;
  readonly #abandoned: AbandonedCalls;
  readonly #held = createHeldFile(() => this.#notify({ type: 'release' }));
  readonly #events: WorkerCallsEvents;
  readonly #stallAfterMs: number;
  #isAlone = true;

  constructor(events: WorkerCallsEvents, limits: WorkerCallsLimits) {
    this.#events = events;
    this.#stallAfterMs = limits.stallAfterMs;
    this.#watch = createWorkerWatch(limits.stallAfterMs, () => this.#kill('stalled'));
    this.#abandoned = createAbandonedCalls({
      limits,
      inFlight: this.#inFlight,
      watch: this.#watch,
      onFault: (call, fault) => events.onFault(call, fault),
      kill: () => this.#kill('cancelled'),
    });
  }

  get hasWorker(): boolean {
    return workerOf(this.#life) !== undefined;
  }

  get isResponsive(): boolean {
    return isResponsive(this.#life);
  }

  get isUp(): boolean {
    return this.#life.name === 'up' && this.isResponsive;
  }

  get load(): number {
    return this.#inFlight.size + this.#suspects.length;
  }

  attach(worker: ReadyWorker): void {
    this.#change({ type: 'ready', worker });
    this.#watch.reset(worker.heartbeat);
    worker.listen((report) => {
      if (worker === workerOf(this.#life)) this.#hear(report, worker);
    });
    this.pump();
  }

  detach(exit: WorkerExit): void {
    const ended = this.#life;
    this.#change({ type: 'exit' });
    this.#held.forget();
    if ('onDrained' in ended) ended.onDrained();
    this.#watch.end();
    const calls = [...this.#inFlight.values()].toReversed(); // each one that is put back goes in front of the last
    this.#inFlight.clear();
    this.#events.onLoad();
    for (const call of calls) this.#interrupt(call, exit);
    this.#suspects.sort((a, b) => a.id - b.id);
    this.#events.onDetached();
  }

  drain(): Promise<void> {
    return new Promise((resolve) => {
      this.#change({ type: 'drain', onDrained: resolve });
      if (this.#inFlight.size === 0) resolve();
      this.#events.onTurn();
    });
  }

  pump(): void {
    const worker = workerOf(this.#life);
    if (!worker || !this.isUp) return;
    for (let call = this.#next(); call; call = this.#next()) {
      if (this.#inFlight.size === 0) this.#watch.begin();
      this.#held.keep();
      this.#events.onBegin(call);
      call.apply({ type: 'take' });
      this.#inFlight.set(call.id, call);
      this.#events.onLoad();
      void this.#send(call, worker);
    }
  }

  isolate(call: PendingCall): void {
    call.apply({ type: 'isolate' });
    this.#suspects.push(call);
    this.pump();
  }

  share(isAlone: boolean): void {
    if (isAlone === this.#isAlone) return;
    this.#isAlone = isAlone;
    if (this.#inFlight.size > 0) this.#notify({ type: 'cores', isAlone });
  }

  remove(call: PendingCall): boolean {
    const index = this.#suspects.indexOf(call);
    if (index >= 0) this.#suspects.splice(index, 1);
    return index >= 0;
  }

  release(): readonly PendingCall[] {
    return this.#suspects.splice(0);
  }

  abandon(call: PendingCall, isLate: boolean): void {
    const worker = workerOf(this.#life);
    if (!this.#inFlight.has(call.id) || !worker) return;
    call.apply({ type: 'abandon', at: performance.now(), isLate });
    if (call.state.name !== 'abandoned' || !call.state.isWhole) return; // while it is being sent, the sending stops
    notify(worker, { type: 'abort', call: call.id });
    this.#abandoned.add(call);
  }

  #change(event: WorkerEvent): void {
    this.#life = nextWorkerLife(this.#life, event);
  }

  /** Sends a message that no call depends on. */
  #notify(message: ToWorker): void {
    const worker = workerOf(this.#life);
    if (worker) notify(worker, message);
  }

  #kill(cause: KillCause): void {
    if (this.#life.name === 'doomed') return;
    const worker = workerOf(this.#life);
    this.#change({ type: 'kill', cause });
    worker?.kill(cause);
  }

  #next(): PendingCall | undefined {
    if (this.#suspects.length > 0) return this.#inFlight.size === 0 ? this.#suspects.shift() : undefined;
    const isOnTrial = [...this.#inFlight.values()].some(({ state }) => isSuspicious(state));
    const most = computeCallsPerWorker(workerOf(this.#life)?.state.models);
    return isOnTrial || this.#inFlight.size >= most ? undefined : this.#events.next();
  }

  /** Whatever goes wrong here ends this call and no other. */
  async #send(call: PendingCall, to: ReadyWorker): Promise<void> {
    const isGone = (): boolean => to !== workerOf(this.#life); // then `detach` has taken care of the call
    try {
      const isWhole = await sendCall(call, to, { isGone, isAlone: () => this.#isAlone, held: this.#held });
      if (!isWhole && !isGone()) this.#finish(call);
    } catch (error) {
      if (isGone()) return;
      notify(to, { type: 'abort', call: call.id });
      call.reject(unsendable(error));
      this.#finish(call);
    }
  }

  #hear(report: WorkerReport | Pulse, { heartbeat }: ReadyWorker): void {
    if (report.type === 'pulse') {
      this.#checkHeartbeat(heartbeat);
      return;
    }
    this.#watch.hear(report);
    if (report.type === 'answer' || report.type === 'fault') this.#end(report);
    else if (report.type === 'alive') this.#checkSign(report);
  }

  /** A worker that goes on may still have a call that waits for what never comes. */
  #checkSign({ stepMs, state }: SignOfLife): void {
    if (stepMs >= this.#stallAfterMs) this.#kill('stalled');
    else if (state && shouldRecycle(state)) this.#events.onShouldRecycle();
  }

  #checkHeartbeat(heartbeat: ReadyWorker['heartbeat']): void {
    const idleMs = this.#inFlight.size === 0 ? Infinity : heartbeat.blockedMs - this.#watch.busyMs();
    if (isBlockedWhileIdle(heartbeat, idleMs, this.#stallAfterMs)) this.#kill('frozen');
    if (this.#watch.hasHeartbeatChanged(heartbeat)) this.#events.onTurn();
  }

  #end(report: CallEnd): void {
    const call = this.#inFlight.get(report.call);
    if (!call) return;
    if (report.type === 'fault') call.reject(ZooError.fromJSON(report.error));
    else call.resolve(report.outcomes);
    this.#events.onEnd(call);
    this.#finish(call);
  }

  /** The worker is done with the call. */
  #finish(call: PendingCall): void {
    this.#abandoned.remove(call);
    call.apply({ type: 'end' });
    this.#inFlight.delete(call.id);
    this.#events.onLoad();
    if (this.#inFlight.size === 0) {
      this.#watch.end();
      this.#held.releaseLater();
      if ('onDrained' in this.#life) this.#life.onDrained();
    }
    this.#events.onFree();
  }

  /** The worker has ended: the call waits again, or fails. */
  #interrupt(call: PendingCall, exit: WorkerExit): void {
    this.#abandoned.remove(call);
    call.apply({ type: 'interrupt', exit });
    const { state } = call;
    if (state.name === 'waiting') this.#events.onInterrupted(call);
    else if (state.name === 'suspect') this.#suspects.push(call);
    else {
      if (state.name === 'ended' && state.fault) this.#events.onFault(call, state.fault);
      call.reject(died(exit));
    }
  }
}

/** Sends a message that no call depends on. */
function notify(worker: ReadyWorker, message: ToWorker): void {
  worker.send(message).catch(() => undefined);
}
