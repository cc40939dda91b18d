import { type Priority, type Zoo, ZooError } from '@medzoo/core';
import { countOf } from '@medzoo/core/contract';
import { inject, injectable } from 'tsyringe';
import { SETTINGS, ZOO } from '../injection.js';
import type { GatewaySettings } from '../settings.js';

/**
 * Analyses of one request that may run at one time: more would only wait for one another in the zoo, before those of
 * others.
 */
const MOST_OF_A_REQUEST = 4;

/** Kept for others than a caller who has all that one caller may have. */
const SHARE_OF_OTHERS = 1 / 4;

type Taken = Record<Priority, number>;

/**
 * The analyses that may be with the zoo at one time, each of which holds its image's bytes in memory; a quarter of them
 * no caller has alone.
 */
@injectable()
export class AnalysisPlaces {
  readonly #taken: Taken = { interactive: 0, batch: 0 };
  readonly #takenBy = new Map<string, Taken>();
  readonly #most: number;
  readonly #mostPerCaller: number;

  constructor(
    @inject(ZOO) private readonly zoo: Zoo,
    @inject(SETTINGS) { maxAnalysesAtOnce }: GatewaySettings,
  ) {
    this.#most = maxAnalysesAtOnce;
    this.#mostPerCaller = Math.max(1, maxAnalysesAtOnce - Math.ceil(maxAnalysesAtOnce * SHARE_OF_OTHERS));
  }

  /**
   * Batch work counts for batch work alone: whatever there is of it, a person's is taken, and the zoo lets that go
   * first.
   */
  isFree(caller: string, priority: Priority): boolean {
    return countAgainst(priority, this.#taken) < this.#most && !this.#hasOwnShare(caller, priority);
  }

  take(caller: string, priority: Priority): void {
    const own = this.#takenBy.get(caller) ?? { interactive: 0, batch: 0 };
    this.#takenBy.set(caller, own);
    own[priority] += 1;
    this.#taken[priority] += 1;
  }

  give(caller: string, priority: Priority): void {
    const own = this.#takenBy.get(caller)!;
    own[priority] -= 1;
    this.#taken[priority] -= 1;
    if (own.interactive + own.batch === 0) this.#takenBy.delete(caller);
  }

  busy(caller: string, priority: Priority): ZooError {
    const isOwn = this.#hasOwnShare(caller, priority);
    const running = isOwn ? this.#mostPerCaller : countAgainst(priority, this.#taken);
    const { retryAfterMs } = this.zoo.runtime().queue;
    const which = `${countOf(running, 'analysis', 'analyses')}${isOwn ? ' from your address' : ''}`;
    const message = `${which} ${running === 1 ? 'is' : 'are'} running, as many as may. Ask again in a moment.`;
    return new ZooError('BUSY', message, {
      details: { running, retryAfterMs },
    });
  }

  #hasOwnShare(caller: string, priority: Priority): boolean {
    const own = this.#takenBy.get(caller);
    return own !== undefined && countAgainst(priority, own) >= this.#mostPerCaller;
  }
}

function countAgainst(priority: Priority, { interactive, batch }: Taken): number {
  return priority === 'batch' ? interactive + batch : interactive;
}

interface Waiting {
  readonly priority: Priority;
  readonly start: () => void;
}

/**
 * The analyses of one request. The first is refused where no place is free; from then on the request keeps what it has,
 * and its others wait for that: a request of many images is answered however many there are, and holds a few places
 * only.
 */
export class RequestTurns {
  #running = 0;
  readonly #waiting: Waiting[] = [];

  constructor(
    private readonly places: AnalysisPlaces,
    private readonly caller: string,
  ) {}

  /** Runs `analyze` in a place; rejects with BUSY, or with the signal's reason if it aborts before there is one. */
  async take<T>(priority: Priority, signal: AbortSignal | undefined, analyze: () => Promise<T>): Promise<T> {
    signal?.throwIfAborted();
    if (this.#hasRoom(priority)) this.#begin(priority);
    else if (this.#running > 0) await this.#wait(priority, signal);
    else throw this.places.busy(this.caller, priority);
    try {
      return await analyze();
    } finally {
      this.#end(priority);
    }
  }

  #hasRoom(priority: Priority): boolean {
    return this.#running < MOST_OF_A_REQUEST && this.places.isFree(this.caller, priority);
  }

  #begin(priority: Priority): void {
    this.#running += 1;
    this.places.take(this.caller, priority);
  }

  #end(priority: Priority): void {
    this.#running -= 1;
    this.places.give(this.caller, priority);
    while (this.#waiting[0] && (this.#running === 0 || this.#hasRoom(this.#waiting[0].priority))) {
      const next = this.#waiting.shift()!;
      this.#begin(next.priority);
      next.start();
    }
  }

  #wait(priority: Priority, signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
        reject(signal!.reason as Error);
      };
      const start = (): void => {
        signal?.removeEventListener('abort', leave);
        resolve();
      };
      const waiting = { priority, start };
      this.#waiting.push(waiting);
      signal?.addEventListener('abort', leave, { once: true });
    });
  }
}
