import { GraphQLError } from 'graphql';
import { countOf } from '@medzoo/core/contract';

/** Bounds the head runs of one request, however they are spread over aliases: each may cost a second of a processor. */
export class HeadRunBudget {
  #used = 0;

  constructor(private readonly max: number) {}

  /** Throws BAD_USER_INPUT. */
  spend(runs: number): void {
    this.#used += runs;
    if (this.#used <= this.max) return;
    throw new GraphQLError(
      `One request may run heads ${countOf(this.max, 'time')}; this one asks for at least ${this.#used}. Split it.`,
      { extensions: { code: 'BAD_USER_INPUT' } },
    );
  }
}
