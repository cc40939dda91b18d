import type { ZooEvent, ZooObserver } from '@medzoo/core';

/** Events of the time before anybody listens: a few models are opened while the gateway is put together. */
const MOST_KEPT = 1000;

/**
 * Brings what a zoo tells its observer to a gateway that is made after it: `observe` is for the zoo, the monitor itself
 * for the gateway. Also counts how the processes that have the zoo end; how they are now says `Zoo.runtime`.
 */
export class ZooMonitor {
  #exits = 0;
  #cancels = 0;
  #recycles = 0;
  #kept: ZooEvent[] = [];
  readonly #listeners: ZooObserver[] = [];

  /** How often one ended of itself, or was killed because it stood still. */
  get exits(): number {
    return this.#exits;
  }

  /** How often one was replaced because nobody wanted any more what it was at. */
  get cancels(): number {
    return this.#cancels;
  }

  /** How often one was replaced because models that it had closed did not give their memory back. */
  get recycles(): number {
    return this.#recycles;
  }

  /** The first to listen also hears what was told before. */
  listen(listener: ZooObserver): void {
    this.#listeners.push(listener);
    this.#kept.splice(0).forEach(listener);
  }

  readonly observe: ZooObserver = (event) => {
    if (event.type === 'exit' && event.cause === 'cancelled') this.#cancels += 1;
    else if (event.type === 'exit' && event.cause === 'recycled') this.#recycles += 1;
    else if (event.type === 'exit') this.#exits += 1;
    for (const listener of this.#listeners) listener(event);
    if (this.#listeners.length === 0 && this.#kept.length < MOST_KEPT) this.#kept.push(event);
  };
}
