import type { ChildExit } from '@medzoo/core';

/** Counts how the processes that have the zoo end: `connectZoo` reports, `/metrics` tells. How they are now says `Zoo.runtime`. */
export class ZooMonitor {
  #exits = 0;
  #cancels = 0;

  /** How often one ended of itself, or was killed because it stood still. */
  get exits(): number {
    return this.#exits;
  }

  /** How often one was replaced because nobody wanted any more what it was at. */
  get cancels(): number {
    return this.#cancels;
  }

  readonly onExit = ({ cause }: ChildExit): void => {
    if (cause === 'cancelled') this.#cancels += 1;
    else this.#exits += 1;
  };
}
