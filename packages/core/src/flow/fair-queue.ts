import { PRIORITIES, type AnalyzeOptions, type Priority } from '../contract/index.js';

/** What decides which waiting item is next. */
export interface Rank {
  readonly priority: Priority;
  readonly caller: string;
}

/** The rank of a call whose options were checked. */
export function readRank({ priority = 'interactive', caller = '' }: Pick<AnalyzeOptions, 'priority' | 'caller'>): Rank {
  return { priority, caller };
}

/**
 * Items that wait. Interactive items come before batch items; within a priority, callers are served round robin; the
 * items of one caller keep their order.
 */
export interface FairQueue<T> {
  readonly size: number;
  add(item: T, rank: Rank): void;
  /** Puts an item that was taken, but not used, in front of all others of its priority. */
  putBack(item: T, rank: Rank): void;
  /** Removes and returns the next item for which `suits` is true. */
  take(suits?: (item: T) => boolean): T | undefined;
  /**
   * Removes and returns up to `most` suitable items that may go in one batch with an item of this rank that was just
   * taken: items of the same priority, callers round robin. A caller gets a second item in only while no other caller
   * waits for something else, so a flood of suitable items does not delay the others.
   */
  takeBatch(taken: Rank, suits: (item: T) => boolean, most: number): T[];
  /** Returns whether the item was waiting. */
  remove(item: T): boolean;
  /**
   * Returns the item that a full queue drops in favour of one of this rank: the latest batch item if the newcomer is
   * interactive; otherwise the latest item of the caller who has the most waiting, if that makes the queue fairer.
   * Returns undefined if the newcomer is the one to refuse.
   */
  findWeaker(rank: Rank): T | undefined;
}

export function createFairQueue<T>(): FairQueue<T> {
  // A Map keeps the order in which its keys were set: its first caller is served next.
  const byPriority = new Map(PRIORITIES.map((priority) => [priority, new Map<string, T[]>()]));
  const callersOf = (priority: Priority): Map<string, T[]> => byPriority.get(priority)!;

  function put(callers: Map<string, T[]>, caller: string, items: T[]): void {
    callers.delete(caller);
    if (items.length > 0) callers.set(caller, items);
  }

  return {
    get size() {
      const lists = [...byPriority.values()].flatMap((callers) => [...callers.values()]);
      return lists.reduce((sum, items) => sum + items.length, 0);
    },
    add(item, { priority, caller }) {
      const callers = callersOf(priority);
      const items = callers.get(caller);
      if (items) items.push(item);
      else callers.set(caller, [item]);
    },
    putBack(item, { priority, caller }) {
      const callers = callersOf(priority);
      const others = [...callers].filter(([other]) => other !== caller);
      const items = [item, ...(callers.get(caller) ?? [])];
      callers.clear();
      for (const [other, theirs] of [[caller, items] as const, ...others]) callers.set(other, theirs);
    },
    take(suits = () => true) {
      for (const callers of byPriority.values()) {
        for (const [caller, items] of callers) {
          const item = items.find(suits);
          if (item === undefined) continue;
          put(callers, caller, without(items, item));
          return item;
        }
      }
      return undefined;
    },
    takeBatch({ priority, caller: first }, suits, most) {
      const callers = callersOf(priority);
      const included = new Set([first]);
      const mayGo = (caller: string): boolean =>
        !included.has(caller) || [...callers].every(([other, items]) => other === caller || items.every(suits));
      const along: T[] = [];
      while (along.length < most) {
        const next = [...callers].find(([caller, items]) => items.some(suits) && mayGo(caller));
        if (!next) break;
        const [caller, items] = next;
        const item = items.find(suits)!;
        put(callers, caller, without(items, item));
        included.add(caller);
        along.push(item);
      }
      return along;
    },
    remove(item) {
      for (const callers of byPriority.values()) {
        for (const [caller, items] of callers) {
          if (!items.includes(item)) continue;
          if (items.length === 1) callers.delete(caller);
          else callers.set(caller, without(items, item)); // keeps the caller's place
          return true;
        }
      }
      return false;
    },
    findWeaker({ priority, caller }) {
      if (priority === 'interactive') {
        const batch = longest(callersOf('batch'));
        if (batch) return batch.at(-1);
      }
      const callers = callersOf(priority);
      const most = longest(callers);
      return most && most.length > (callers.get(caller)?.length ?? 0) + 1 ? most.at(-1) : undefined;
    },
  };
}

function longest<T>(callers: ReadonlyMap<string, readonly T[]>): readonly T[] | undefined {
  return [...callers.values()].toSorted((a, b) => b.length - a.length)[0];
}

function without<T>(items: readonly T[], item: T): T[] {
  return items.filter((other) => other !== item);
}
