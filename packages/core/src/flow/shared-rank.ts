import { PRIORITIES } from '../contract/index.js';
import type { Rank } from './fair-queue.js';

/** The best rank of the callers who wait for one run. It changes as callers come and go. */
export interface SharedRank {
  readonly current: Rank;
  /** Calls `listener` after each change, until the returned function is called. */
  onChange(listener: () => void): () => void;
}

/** A shared rank, and the callers who make it. */
export interface MutableSharedRank extends SharedRank {
  add(rank: Rank): void;
  /** Takes the same object that was added. After the last one has left, the rank stays as it was. */
  remove(rank: Rank): void;
}

/** Among callers of the same priority, the one who came first decides. */
export function createSharedRank(first: Rank): MutableSharedRank {
  const ranks = [first];
  const listeners = new Set<() => void>();
  let current = first;

  function update(): void {
    const best = PRIORITIES.flatMap((priority) => ranks.filter((rank) => rank.priority === priority))[0] ?? current;
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
    add(rank) {
      ranks.push(rank);
      update();
    },
    remove(rank) {
      const index = ranks.indexOf(rank);
      if (index >= 0) ranks.splice(index, 1);
      update();
    },
  };
}
