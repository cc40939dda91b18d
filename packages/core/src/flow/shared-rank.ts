import { PRIORITIES, type Rank } from './fair-queue.js';

/** The best rank of the callers that wait for one run; it changes as they come and go. */
export interface SharedRank {
  readonly current: Rank;
  /** Calls back each time that it has changed, until the returned function is called. */
  onChange(listener: () => void): () => void;
}

/** The rank of one run, and who waits for it. */
export interface RankOfAskers extends SharedRank {
  join(rank: Rank): void;
  /** One that had joined, as the same object; the last to leave changes nothing any more. */
  leave(rank: Rank): void;
}

/** Among callers of the same priority, the one that came first decides whose turn it is. */
export function createSharedRank(first: Rank): RankOfAskers {
  const askers = [first];
  const listeners = new Set<() => void>();
  let current = first;

  function update(): void {
    const best = PRIORITIES.flatMap((priority) => askers.filter((asker) => asker.priority === priority))[0] ?? current;
    if (best === current) return;
    const isSame = best.priority === current.priority && best.caller === current.caller;
    current = best;
    if (!isSame) for (const listener of listeners) listener();
  }

  return {
    get current() {
      return current;
    },
    onChange(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    join(rank) {
      askers.push(rank);
      update();
    },
    leave(rank) {
      const index = askers.indexOf(rank);
      if (index >= 0) askers.splice(index, 1);
      update();
    },
  };
}
