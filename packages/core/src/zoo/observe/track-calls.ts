import { ZooError, type ZooObserver } from '../../contract/index.js';
import { observeAnalysis } from './observe-zoo.js';

type Given = Parameters<typeof observeAnalysis>[1];

/** The calls of a zoo that have not ended. */
export interface CallTracker {
  readonly pending: number;
  /** Rejects with BACKEND_UNAVAILABLE once the zoo is closed. */
  run<T>(given: Given, analyze: () => Promise<T>): Promise<T>;
  /** Takes no more calls; resolves when none is pending. */
  close(): Promise<void>;
}

export function createCallTracker(observer: ZooObserver | undefined): CallTracker {
  const calls = new Set<Promise<unknown>>();
  let isClosed = false;
  return {
    get pending() {
      return calls.size;
    },
    async run(given, analyze) {
      if (isClosed) throw new ZooError('BACKEND_UNAVAILABLE', 'The zoo is closed; create another.');
      const call = observer ? observeAnalysis(analyze, given, observer) : analyze();
      calls.add(call);
      return call.finally(() => calls.delete(call));
    },
    async close() {
      isClosed = true;
      await Promise.allSettled(calls);
    },
  };
}
