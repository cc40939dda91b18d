import { setImmediate } from 'node:timers/promises';
import type { SharedRank } from '../../flow/shared-rank.js';
import { createWaitingLine, type Rank } from '../../flow/fair-queue.js';

/** Work that waits for the device. */
export interface Turn extends Rank {
  readonly signal: AbortSignal;
  /** Takes the place of the own rank, and may change while it waits. */
  readonly sharedRank?: SharedRank | undefined;
  /** Those of one model that are alike in `item` may be run together; left out by one that is to run alone. */
  readonly joins?: { readonly model: JoinLimits; readonly item: string } | undefined;
}

/** Of one model; `maxBatch` may change. */
export interface JoinLimits {
  readonly maxBatch: number;
  readonly waitMs: number;
}

/** A line before a device. Whoever aborts while waiting leaves it at once, and is never run. */
export interface Turns<T extends Turn> {
  join(turn: T): void;
  /** One that had its turn, for nothing: it is the next. */
  rejoin(turn: T): void;
}

export interface TurnOptions {
  /** Else the device has a line of its own, and whatever is there is run at once. */
  readonly isOneByOne: boolean;
}

/** Runs what waits, together as far as it may be: the one whose turn it is, and others that wait for the same. `run` must not reject. */
export function createTurns<T extends Turn>(
  run: (turns: readonly T[]) => Promise<void>,
  { isOneByOne }: TurnOptions,
): Turns<T> {
  const line = createWaitingLine<T>();
  /** Ends what listens for a turn that waits. */
  const leaving = new WeakMap<T, () => void>();
  let isServing = false;
  let onJoin: () => void = () => undefined;

  async function serve(): Promise<void> {
    isServing = true;
    while (line.size > 0) {
      const taken = await take();
      for (const turn of taken) leaving.get(turn)!();
      const running = taken.length > 0 ? run(taken) : undefined;
      if (isOneByOne) await running;
    }
    isServing = false;
  }

  async function take(): Promise<readonly T[]> {
    const next = line.take();
    if (!next?.joins) return next ? [next] : [];
    // It stays in the line, where an abort finds it, while others come: those whose image was encoded by the run that just ended, say.
    line.rejoin(next, rankOf(next));
    await (next.joins.model.waitMs > 0 ? waitForCompany(next.joins.model) : setImmediate());
    const first = line.take(); // another one, if interactive work came meanwhile
    if (!first?.joins) return first ? [first] : [];
    const { model, item } = first.joins;
    const suits = ({ joins }: T): boolean => joins?.model === model && joins.item === item;
    return [first, ...line.takeAlong(rankOf(first), suits, model.maxBatch - 1)];
  }

  /** Ends early when as many wait as may go together: the device is not to stand idle for nothing. */
  function waitForCompany({ maxBatch, waitMs }: JoinLimits): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, waitMs);
      onJoin = () => {
        if (line.size < maxBatch) return;
        clearTimeout(timer);
        resolve();
      };
      onJoin();
    });
  }

  function put(turn: T, how: 'join' | 'rejoin'): void {
    const onAbort = (): void => void line.leave(turn);
    const onRank = (): void => {
      if (line.leave(turn)) line.join(turn, rankOf(turn));
    };
    const unlisten = turn.sharedRank?.onChange(onRank);
    leaving.set(turn, () => {
      turn.signal.removeEventListener('abort', onAbort);
      unlisten?.();
    });
    turn.signal.addEventListener('abort', onAbort, { once: true });
    line[how](turn, rankOf(turn));
    onJoin();
    if (!isServing) void serve();
  }

  return {
    join: (turn) => put(turn, 'join'),
    rejoin: (turn) => put(turn, 'rejoin'),
  };
}

function rankOf({ sharedRank, priority, caller }: Turn): Rank {
  return sharedRank?.current ?? { priority, caller };
}
