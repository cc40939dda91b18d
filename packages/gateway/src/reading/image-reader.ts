import { ZooError } from '@medzoo/core';
import { injectable } from 'tsyringe';
import { CallerPlaces } from '../caller-places.js';
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

/** The caller who asks the reader. */
export interface Asker {
  /** Callers take turns, and no caller may take all places. */
  readonly caller: string;
  readonly signal?: AbortSignal | undefined;
}

/** A request that waits for its turn. It never rejects. */
type Turn = () => Promise<void>;

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
    what: 'files wait to be read',
    advice: 'Ask again in a second.',
  });
  /** In the order in which callers have their turns. */
  readonly #waiting = new Map<string, Turn[]>();
  #isRunning = false;
  #process: ReaderProcess | undefined;
  #idle: NodeJS.Timeout | undefined;
  #isClosed = false;

  /**
   * `prepare` makes the request when its turn has come, and may reject. Also rejects with what is wrong with the file,
   * with BUSY, with BACKEND_UNAVAILABLE where the gateway is to blame, or at once with the signal's reason.
   */
  ask<R extends ReaderRequest>(
    prepare: R | (() => Promise<R>),
    { caller, signal }: Asker,
  ): Promise<ReaderAnswers[R['type']]> {
    return this.#places.with(caller, async () => {
      signal?.throwIfAborted();
      let leave: () => void = () => undefined;
      try {
        return await new Promise<ReaderAnswers[R['type']]>((resolve, reject) => {
          const read = async (): Promise<ReaderAnswers[R['type']]> => {
            const request = typeof prepare === 'function' ? await prepare() : prepare;
            signal?.throwIfAborted();
            return (await this.#askNow(request, signal)) as ReaderAnswers[R['type']];
          };
          const turn: Turn = () => read().then(resolve, reject);
          leave = () => {
            this.#remove(caller, turn);
            reject(signal?.reason as Error);
          };
          signal?.addEventListener('abort', leave, { once: true });
          this.#waiting.set(caller, [...(this.#waiting.get(caller) ?? []), turn]);
          void this.#run();
        });
      } finally {
        signal?.removeEventListener('abort', leave);
      }
    });
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#idle);
    this.#process?.kill('SIGKILL');
    this.#process = undefined;
  }

  async #run(): Promise<void> {
    if (this.#isRunning) return;
    this.#isRunning = true;
    for (let turn = this.#next(); turn; turn = this.#next()) await turn();
    this.#isRunning = false;
  }

  /** Takes the oldest request of the caller whose turn it is, who then comes last. */
  #next(): Turn | undefined {
    const [next] = this.#waiting;
    if (!next) return undefined;
    const [caller, [turn, ...others]] = next;
    this.#waiting.delete(caller);
    if (others.length > 0) this.#waiting.set(caller, others);
    return turn;
  }

  #remove(caller: string, turn: Turn): void {
    const others = this.#waiting.get(caller)?.filter((one) => one !== turn) ?? [];
    if (others.length > 0) this.#waiting.set(caller, others);
    else this.#waiting.delete(caller);
  }

  async #askNow(request: ReaderRequest, signal: AbortSignal | undefined): Promise<unknown> {
    if (this.#isClosed) throw new ZooError('BACKEND_UNAVAILABLE', 'The gateway is closing.');
    clearTimeout(this.#idle);
    const reply = await this.#exchange(request, signal);
    this.#idle = setTimeout(() => this.#process?.kill(), IDLE_MS).unref();
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
