import type { AnalyzeOptions, Answer, EventOutcome, Outcome, ZooObserver } from '../contract/index.js';
import { lastingSince, outcomeOf, peekOptions } from '../flow/guard-listener.js';
import type { WorkerExit } from './channel/fork-worker.js';
import type { PendingCall } from './queue/calls/pending-call.js';

type Analyze = (
  bytes: Uint8Array,
  requests: Readonly<Record<string, unknown>>,
  options?: AnalyzeOptions,
) => Promise<Record<string, Outcome<Answer>>>;

/** Tells an observer what this process knows of a zoo whose workers are other processes. */
export interface ProcessObserver {
  readonly observer: ZooObserver;
  readonly onTaken: (call: PendingCall) => void;
  readonly onExit: (exit: WorkerExit) => void;
  /** Starts a worker, and times the start if it succeeds. */
  start<T>(spawn: () => Promise<T>): Promise<T>;
  /** Wraps `analyze`, so that each call is reported when it has ended. */
  analyze(analyze: Analyze): Analyze;
}

/** Returns undefined without an observer. */
export function observeProcess(observer: ZooObserver | undefined): ProcessObserver | undefined {
  if (!observer) return undefined;
  return {
    observer,
    onTaken({ queuedAt, rank: { priority }, options: { trace } }) {
      observer({ type: 'wait', ...lastingSince(queuedAt), priority, ...(trace !== undefined && { trace }) });
    },
    onExit({ cause }) {
      if (cause !== 'closed') observer({ type: 'exit', cause: cause ?? 'crashed' });
    },
    async start(spawn) {
      const startedAt = performance.now();
      const worker = await spawn();
      observer({ type: 'start', ...lastingSince(startedAt) });
      return worker;
    },
    analyze: (analyze) => async (bytes, requests, options) => {
      const startedAt = performance.now();
      const { signal, ...of } = peekOptions(options); // nothing is checked yet
      const tell = createTell(of, startedAt, observer);
      try {
        const outcomes = await analyze(bytes, requests, options);
        tell(isTooLate(outcomes) ? 'DEADLINE_EXCEEDED' : 'ok');
        return outcomes;
      } catch (error) {
        tell(outcomeOf(error, signal));
        throw error;
      }
    },
  };
}

function createTell({ priority, trace }: AnalyzeOptions, startedAt: number, observer: ZooObserver) {
  // An invalid priority, which may come from JSON, must not become a label of a metric.
  const known = priority === 'batch' ? 'batch' : 'interactive';
  return (outcome: EventOutcome): void => {
    const of = trace !== undefined && { trace };
    observer({ type: 'call', ...lastingSince(startedAt), priority: known, outcome, ...of });
  };
}

/** A deadline that passes does not reject the call; it is the outcome of all heads. */
function isTooLate(outcomes: Readonly<Record<string, Outcome<Answer>>>): boolean {
  return Object.values(outcomes).every((outcome) => !outcome.ok && outcome.error.code === 'DEADLINE_EXCEEDED');
}
