import { type Priority, type Zoo, ZooError } from '@medzoo/core';
import { inject, injectable } from 'tsyringe';
import { SETTINGS, ZOO } from '../injection.js';
import type { GatewaySettings } from '../settings.js';

/**
 * Analyses of one request that may run at one time: more would only wait for one another in the zoo, before those of
 * others.
 */
const MOST_OF_A_REQUEST = 4;

/** The analyses that may be with the zoo at one time, each of which holds its image's bytes in memory. */
@injectable()
export class AnalysisPlaces {
  readonly #taken = { interactive: 0, batch: 0 };

  constructor(
    @inject(ZOO) private readonly zoo: Zoo,
    @inject(SETTINGS) private readonly settings: GatewaySettings,
  ) {}

  /**
   * Batch work counts for batch work alone: whatever there is of it, a person's is taken, and the zoo lets that go
   * first.
   */
  isFree(priority: Priority): boolean {
    return this.#countAgainst(priority) < this.settings.maxAnalysesAtOnce;
  }

  take(priority: Priority): void {
    this.#taken[priority] += 1;
  }

  give(priority: Priority): void {
    this.#taken[priority] -= 1;
  }

  busy(priority: Priority): ZooError {
    const running = this.#countAgainst(priority);
    const { retryAfterMs } = this.zoo.runtime().queue;
    return new ZooError('BUSY', `${running} analyses are running, as many as may. Ask again in a moment.`, {
      details: { running, retryAfterMs },
    });
  }

  #countAgainst(priority: Priority): number {
    const { interactive, batch } = this.#taken;
    return priority === 'batch' ? interactive + batch : interactive;
  }
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

  constructor(private readonly places: AnalysisPlaces) {}

  /** Runs `analyze` in a place; rejects with BUSY, or with the signal's reason if it aborts before there is one. */
  async take<T>(priority: Priority, signal: AbortSignal | undefined, analyze: () => Promise<T>): Promise<T> {
    signal?.throwIfAborted();
    if (this.#hasRoom(priority)) this.#begin(priority);
    else if (this.#running > 0) await this.#wait(priority, signal);
    else throw this.places.busy(priority);
    try {
      return await analyze();
    } finally {
      this.#end(priority);
    }
  }

  #hasRoom(priority: Priority): boolean {
    return this.#running < MOST_OF_A_REQUEST && this.places.isFree(priority);
  }

  #begin(priority: Priority): void {
    this.#running += 1;
    this.places.take(priority);
  }

  #end(priority: Priority): void {
    this.#running -= 1;
    this.places.give(priority);
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
