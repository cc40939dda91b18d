import { GraphQLError } from 'graphql';

/** About what the name of a field and a number take. */
const FIELD_BYTES = 16;

/** Bounds the answer of one request in bytes while it is made, and ends it when the client has gone. */
export class AnswerBudget {
  #bytes = 0;

  constructor(
    private readonly maxBytes: number,
    private readonly signal: AbortSignal,
  ) {}

  /**
   * Counts what a field answers; throws BAD_USER_INPUT when it is too much, or the signal's reason when nobody waits
   * for it.
   */
  spend(value: unknown): void {
    this.signal.throwIfAborted();
    this.#bytes += FIELD_BYTES + sizeOf(value);
    if (this.#bytes <= this.maxBytes) return;
    throw new GraphQLError(
      `The answer has more than ${this.maxBytes} bytes. Ask for less at once: fewer heads or aliases, polygons ` +
        'with a polygonTolerance, or the url of a mask in place of its rle.',
      { extensions: { code: 'BAD_USER_INPUT' } },
    );
  }
}

/** Text counts by its length, lists by theirs and by what is in them; objects by their fields, one by one. */
function sizeOf(value: unknown): number {
  if (typeof value === 'string') return value.length;
  if (!Array.isArray(value)) return 0;
  return value.reduce<number>((bytes, one: unknown) => bytes + FIELD_BYTES + sizeOf(one), 0);
}
