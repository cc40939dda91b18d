import type { Backend, Session, Tensors } from '../contract/index.js';
import { untilAborted } from './abort.js';
import { timed } from './timed.js';
import { createWaitingLine, type Rank } from './waiting-line.js';

/** Whose run it is, and until when it is wanted. */
export interface RunFor extends Rank {
  readonly signal: AbortSignal;
}

/** Runs a loaded model, and says how many milliseconds the run itself took. */
export type RunModel = (
  session: Session,
  feeds: Tensors,
  asker: RunFor,
) => Promise<{ readonly value: Tensors; readonly ms: number }>;

/**
 * Where runs hold the thread, they follow one another whatever is done; taking turns here keeps the wait for other models out of a
 * model's own time, and lets interactive work pass batch work between two runs. Other backends run side by side.
 */
export function createRunInTurn({ isBlocking = false }: Pick<Backend, 'isBlocking'>): RunModel {
  const turns = createTurns();
  return (session, feeds, asker) => {
    const run = () => timed(() => session.run(feeds, asker.signal));
    return isBlocking ? untilAborted(turns(run, asker), asker.signal) : run();
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
