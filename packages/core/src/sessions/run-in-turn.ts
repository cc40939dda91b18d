import type { AnalyzeOptions, Backend, EventOutcome, Session, Tensors, ZooObserver } from '../contract/index.js';
import { untilAborted } from './abort.js';
import { lastingSince, outcomeOf } from './observe.js';
import { timed } from './timed.js';
import { createWaitingLine, type Rank } from './waiting-line.js';

/** Whose run it is, and until when it is wanted. */
export interface RunFor extends Rank {
  readonly signal: AbortSignal;
  readonly trace?: string;
  /** Hears that this asker's run is about to hold the thread, and whether others may wait for it too. */
  readonly onRun?: ((isShared: boolean) => void) | undefined;
}

/** Options of a call with an ear for its runs: whoever might have to end this process wants to know whose run that would end. */
export interface WatchedOptions extends AnalyzeOptions {
  readonly onRun?: (isShared: boolean) => void;
}

/** What runs, for the observer. */
export interface RunModelOf {
  readonly role: 'encoder' | 'head';
  /** Its id. */
  readonly model: string;
}

/** Runs a loaded model, and says how many milliseconds the run itself took. */
export type RunModel = (
  session: Session,
  feeds: Tensors,
  asker: RunFor & RunModelOf,
) => Promise<{ readonly value: Tensors; readonly ms: number }>;

/**
 * Where runs hold the thread, they follow one another whatever is done; taking turns here keeps the wait for other models out of a
 * model's own time, and lets interactive work pass batch work between two runs. Other backends run side by side.
 */
export function createRunInTurn({ isBlocking = false }: Pick<Backend, 'isBlocking'>, observer?: ZooObserver): RunModel {
  const turns = createTurns();
  return (session, feeds, asker) => {
    const plain = () => timed(() => session.run(feeds, asker.signal));
    const run = observer ? observed(plain, session, feeds, asker, observer) : plain;
    const runAlone = () => {
      asker.onRun?.(asker.role === 'encoder'); // askers of one image share its embedding
      return run();
    };
    return isBlocking ? untilAborted(turns(runAlone, asker), asker.signal) : run();
  };
}

function observed<T>(
  run: () => Promise<T>,
  { provider }: Session,
  feeds: Tensors,
  { role, model, signal, trace }: RunFor & RunModelOf,
  observer: ZooObserver,
): () => Promise<T> {
  const askedAt = performance.now();
  return async () => {
    const startedAt = performance.now();
    const tell = (outcome: EventOutcome): void => {
      const batch = Object.values(feeds)[0]?.shape[0] ?? 1;
      const waitMs = startedAt - askedAt;
      const of = { role, model, provider, batch, waitMs, ...(trace !== undefined && { trace }) };
      observer({ type: 'run', ...lastingSince(startedAt), ...of, outcome });
    };
    try {
      const result = await run();
      tell('ok');
      return result;
    } catch (error) {
      tell(outcomeOf(error, signal));
      throw error;
    }
  };
}

function createTurns() {
  const waiting = createWaitingLine<() => void>();
  let isTaken = false;

  /** Resolves when it is this asker's turn; rejects at once when the asker leaves the line. */
  function turn({ signal, ...rank }: RunFor): Promise<void> {
    if (!isTaken) {
      isTaken = true;
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      const begin = (): void => {
        signal.removeEventListener('abort', leave);
        resolve();
      };
      const leave = (): void => {
        if (waiting.leave(begin)) reject(signal.reason as Error);
      };
      signal.addEventListener('abort', leave, { once: true });
      waiting.join(begin, rank);
    });
  }

  function pass(): void {
    const next = waiting.take();
    isTaken = next !== undefined;
    next?.();
  }

  return async <T>(work: () => Promise<T>, asker: RunFor): Promise<T> => {
    asker.signal.throwIfAborted();
    await turn(asker);
    return work().finally(pass);
  };
}
