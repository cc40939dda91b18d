/**
 * The files that one request asks about. They are read one after the other: the reader has one file at a time anyway,
 * and a request of very many files waits in one place of its caller's, in place of being refused for the places that it
 * takes itself.
 */
export class RequestReads {
  #last: Promise<unknown> = Promise.resolve();

  /** Begins when what was asked before is done; rejects with what `read` rejects with, or with the signal's reason. */
  take<T>(signal: AbortSignal, read: () => Promise<T>): Promise<T> {
    const result = this.#last.then(() => {
      signal.throwIfAborted();
      return read();
    });
    this.#last = result.catch(() => undefined);
    return result;
  }
}
