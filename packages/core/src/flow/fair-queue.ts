import { ZooError, type AnalyzeOptions, type Priority } from '../contract/index.js';

/** What decides whose turn it is. */
export interface Rank {
  readonly priority: Priority;
  readonly caller: string;
}

/** Earlier ones go first. */
export const PRIORITIES: readonly Priority[] = ['interactive', 'batch'];

/** Throws INVALID_PARAM for a priority that there is not: it may come from JSON. */
export function readRank({ priority = 'interactive', caller = '' }: AnalyzeOptions): Rank {
  if (PRIORITIES.includes(priority) && typeof caller === 'string') return { priority, caller };
  const got = typeof caller === 'string' ? `the priority ${priority as string}` : `a caller that is a ${typeof caller}`;
  throw new ZooError(
    'INVALID_PARAM',
    `A priority is one of ${PRIORITIES.join(', ')}, and a caller is a string; got ${got}.`,
  );
}

/** Who waits: interactive before batch, callers in turn within a priority, and a caller's own work in the order it came. */
export interface WaitingLine<T> {
  readonly size: number;
  join(item: T, rank: Rank): void;
  /** One that had its turn, for nothing, is the next. */
  rejoin(item: T, rank: Rank): void;
  /** The next one for whom this is a turn; it has left the line. */
  take(suits?: (item: T) => boolean): T | undefined;
  /**
   * Up to `most` that suit, to go together with one of this rank that was just taken: of its priority, callers in turn. A caller has a
   * second place only while no other waits for something else: a flood of what suits does not make turns longer for them.
   */
  takeAlong(taken: Rank, suits: (item: T) => boolean, most: number): T[];
  /** Whether it was there. */
  leave(item: T): boolean;
  /**
   * Who is to leave a full line for one of this rank: the latest batch work for interactive work; else the latest of the caller who has
   * the most waiting, if that is a fairer line afterwards. Undefined if the newcomer is the one to refuse.
   */
  findWeaker(rank: Rank): T | undefined;
}

export function createWaitingLine<T>(): WaitingLine<T> {
  // A Map keeps the order in which keys were set: its first caller is the next in turn.
  const turns = new Map(PRIORITIES.map((priority) => [priority, new Map<string, T[]>()]));
  const turnsOf = (priority: Priority): Map<string, T[]> => turns.get(priority)!;

  function put(callers: Map<string, T[]>, caller: string, items: T[]): void {
    callers.delete(caller);
    if (items.length > 0) callers.set(caller, items);
  }

  return {
    get size() {
      const lists = [...turns.values()].flatMap((callers) => [...callers.values()]);
      return lists.reduce((sum, items) => sum + items.length, 0);
    },
    join(item, { priority, caller }) {
      const callers = turnsOf(priority);
      const items = callers.get(caller);
      if (items) items.push(item);
      else callers.set(caller, [item]);
    },
    rejoin(item, { priority, caller }) {
      const callers = turnsOf(priority);
      const others = [...callers].filter(([other]) => other !== caller);
      const items = [item, ...(callers.get(caller) ?? [])];
      callers.clear();
      for (const [other, theirs] of [[caller, items] as const, ...others]) callers.set(other, theirs);
    },
    take(suits = () => true) {
      for (const callers of turns.values()) {
        for (const [caller, items] of callers) {
          const item = items.find(suits);
          if (item === undefined) continue;
          put(callers, caller, without(items, item));
          return item;
        }
      }
      return undefined;
    },
    takeAlong({ priority, caller: first }, suits, most) {
      const callers = turnsOf(priority);
      const seated = new Set([first]);
      const mayGo = (caller: string): boolean =>
        !seated.has(caller) || [...callers].every(([other, items]) => other === caller || items.every(suits));
      const along: T[] = [];
      while (along.length < most) {
        const next = [...callers].find(([caller, items]) => items.some(suits) && mayGo(caller));
        if (!next) break;
        const [caller, items] = next;
        const item = items.find(suits)!;
        put(callers, caller, without(items, item));
        seated.add(caller);
        along.push(item);
      }
      return along;
    },
    leave(item) {
      for (const callers of turns.values()) {
        for (const [caller, items] of callers) {
          if (!items.includes(item)) continue;
          if (items.length === 1) callers.delete(caller);
          else callers.set(caller, without(items, item)); // keeps its place
          return true;
        }
      }
      return false;
    },
    findWeaker({ priority, caller }) {
      if (priority === 'interactive') {
        const batch = longest(turnsOf('batch'));
        if (batch) return batch.at(-1);
      }
      const callers = turnsOf(priority);
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
