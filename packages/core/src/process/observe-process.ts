import type { AnalyzeOptions, Answer, EventOutcome, Outcome, ZooObserver } from '../contract/index.js';
import { lastingSince, outcomeOf, peekOptions } from '../flow/guard-listener.js';
import type { PendingCall } from './queue/pending-call.js';
import type { ChildExit } from './channel/fork-worker.js';

type Analyze = (
  bytes: Uint8Array,
  requests: Readonly<Record<string, unknown>>,
  options?: AnalyzeOptions,
) => Promise<Record<string, Outcome<Answer>>>;

/** What the asking process itself tells an observer of a zoo that is in another one. */
export interface ProcessWatch {
  readonly observer: ZooObserver;
  readonly onTaken: (call: PendingCall) => void;
  readonly onExit: (exit: ChildExit) => void;
  /** A process's start, timed if it succeeds. */
  start<T>(spawn: () => Promise<T>): Promise<T>;
  /** The same, and each call told of when it has ended. */
  analyze(analyze: Analyze): Analyze;
}

/** Undefined without an observer. */
export function watchProcess(observer: ZooObserver | undefined): ProcessWatch | undefined {
  if (!observer) return undefined;
  return {
    observer,
    onTaken({ joinedAt, rank: { priority }, options: { trace } }) {
      observer({ type: 'wait', ...lastingSince(joinedAt), priority, ...(trace !== undefined && { trace }) });
    },
    onExit({ cause }) {
      if (cause !== 'closed') observer({ type: 'exit', cause: cause ?? 'crashed' });
    },
    async start(spawn) {
      const startedAt = performance.now();
      const child = await spawn();
      observer({ type: 'start', ...lastingSince(startedAt) });
      return child;
    },
    analyze: (analyze) => async (bytes, requests, options) => {
      const startedAt = performance.now();
      const { signal, ...of } = peekOptions(options); // nothing was checked yet
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
  // A priority may come from JSON and be refused for what it is; it must not become a label.
  const known = priority === 'batch' ? 'batch' : 'interactive';
  return (outcome: EventOutcome): void => {
    const of = trace !== undefined && { trace };
    observer({ type: 'call', ...lastingSince(startedAt), priority: known, outcome, ...of });
  };
}

/** A deadline that passes is no rejection but the outcome of all heads. */
function isTooLate(outcomes: Readonly<Record<string, Outcome<Answer>>>): boolean {
  return Object.values(outcomes).every((outcome) => !outcome.ok && outcome.error.code === 'DEADLINE_EXCEEDED');
}
