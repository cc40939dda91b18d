import { ZooError } from '@medzoo/core';
import { injectable } from 'tsyringe';
import { CallerPlaces } from '../caller-places.js';
import { type Asker, CallerTurns } from '../caller-turns.js';
import { ReaderEnded, ReaderProcess } from './reader-process.js';
import type { ReaderAnswers, ReaderReply, ReaderRequest } from './reader-requests.js';

/** Compiled, whether this file is (dist/reading) or not (src/reading, in tests): a process reads no TypeScript. */
const CHILD = new URL('../../dist/reading/reader-child.js', import.meta.url);

const MOST_WAITING = 64;
const MOST_WAITING_PER_CALLER = 32;
const IDLE_MS = 60_000;
/**
 * How long an abandoned request may continue before its process is killed: to start another process takes longer than
 * most files take to read.
 */
const GRACE_MS = 1000;

/**
 * Reads files that anybody may have sent in a process of its own, one after the other: headers, previews and exports
 * cost time and memory on which this process must not depend. A file that takes too long, or too much memory, ends that
 * process and is refused.
 */
@injectable()
export class ImageReader {
  protected readonly timeoutMs: number = 20_000;
  protected readonly script: URL = CHILD;
  readonly #places = new CallerPlaces({
    most: MOST_WAITING,
    mostPerCaller: MOST_WAITING_PER_CALLER,
    what: (count) => (count === 1 ? '1 file waits to be read' : `${count} files wait to be read`),
    advice: 'Ask again in a second.',
  });
  readonly #turns = new CallerTurns();
  #process: ReaderProcess | undefined;
  #idle: NodeJS.Timeout | undefined;
  #isClosed = false;

  /**
   * `prepare` makes the request when its turn has come, and may reject. Also rejects with what is wrong with the file,
   * with BUSY, with BACKEND_UNAVAILABLE where the gateway is to blame, or at once with the signal's reason.
   */
  ask<R extends ReaderRequest>(prepare: R | (() => Promise<R>), asker: Asker): Promise<ReaderAnswers[R['type']]> {
    const { caller, signal } = asker;
    return this.#places.with(caller, () =>
      this.#turns.take(asker, async () => {
        const request = typeof prepare === 'function' ? await prepare() : prepare;
        signal?.throwIfAborted();
        return (await this.#askNow(request, signal)) as ReaderAnswers[R['type']];
      }),
    );
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#idle);
    this.#process?.kill('SIGKILL');
    this.#process = undefined;
  }

  async #askNow(request: ReaderRequest, signal: AbortSignal | undefined): Promise<unknown> {
    if (this.#isClosed) throw new ZooError('BACKEND_UNAVAILABLE', 'The gateway is closing.');
    clearTimeout(this.#idle);
    const reply = await this.#exchange(request, signal);
    this.#idle = setTimeout(() => this.#process?.kill('SIGKILL'), IDLE_MS).unref();
    if (reply.ok) return reply.answer;
    if (reply.errno === undefined) throw ZooError.fromJSON(reply.error);
    const cause = Object.assign(new Error(reply.errno), { code: reply.errno });
    throw new ZooError('BACKEND_UNAVAILABLE', `A file could not be read or written: ${reply.errno}.`, { cause });
  }

  /**
   * A process may end just as a request is sent to it, because it was idle or used much memory. The file is not to
   * blame then: another process is asked.
   */
  async #exchange(request: ReaderRequest, signal: AbortSignal | undefined): Promise<ReaderReply> {
    const bounds = { timeoutMs: this.timeoutMs, graceMs: GRACE_MS, ...(signal && { signal }) };
    const used = this.#process?.hasEnded === false ? this.#process : undefined;
    try {
      return await (used ?? this.#start()).exchange(request, bounds);
    } catch (error) {
      if (used === undefined || this.#isClosed || !(error instanceof ReaderEnded)) throw error;
      return await this.#start().exchange(request, bounds);
    }
  }

  #start(): ReaderProcess {
    return (this.#process = new ReaderProcess(this.script));
  }
}
