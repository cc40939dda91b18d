import { ZooError } from '@medzoo/core';

export interface PlaceLimits {
  readonly most: number;
  /** Of one caller. Default: half of `most`. */
  readonly mostPerCaller?: number | undefined;
  /** Says in a message that so many places are taken: `2 uploads are running`. */
  readonly what: (count: number) => string;
  /** What to do when there is none. */
  readonly advice: string;
}

/** Limits how much runs at one time, in all and for one caller, who must not shut the others out. */
export class CallerPlaces {
  readonly #takenBy = new Map<string, number>();
  readonly #limits: PlaceLimits & { readonly mostPerCaller: number };
  #taken = 0;

  constructor(limits: PlaceLimits) {
    const { most, mostPerCaller = Math.max(1, Math.floor(most / 2)) } = limits;
    this.#limits = { ...limits, mostPerCaller };
  }

  /** Runs `work` in a place, or rejects with BUSY. */
  async with<T>(caller: string, work: () => Promise<T>): Promise<T> {
    this.#take(caller);
    try {
      return await work();
    } finally {
      this.#give(caller);
    }
  }

  #take(caller: string): void {
    const { most, mostPerCaller, what } = this.#limits;
    const own = this.#takenBy.get(caller) ?? 0;
    if (this.#taken >= most) throw this.#tooMany(what(this.#taken), this.#taken);
    if (own >= mostPerCaller) throw this.#tooMany(`${what(own)} from your address`, own);
    this.#taken += 1;
    this.#takenBy.set(caller, own + 1);
  }

  #give(caller: string): void {
    this.#taken -= 1;
    const own = this.#takenBy.get(caller)! - 1;
    if (own > 0) this.#takenBy.set(caller, own);
    else this.#takenBy.delete(caller);
  }

  #tooMany(taken: string, running: number): ZooError {
    const message = `${taken}, as many as may. ${this.#limits.advice}`;
    return new ZooError('BUSY', message, { details: { running } });
  }
}
