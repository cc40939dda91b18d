import { type ChildProcess, fork } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { ZooError } from '@medzoo/core';
import { injectable } from 'tsyringe';
import type { ReaderAnswers, ReaderReply, ReaderRequest } from './reader-requests.js';

/** Compiled, whether this file is (dist/reading) or not (src/reading, in tests): a process reads no TypeScript. */
const CHILD = new URL('../../dist/reading/reader-child.js', import.meta.url);

const MOST_WAITING = 64;
/** Its heap is small; pixels and codecs lie outside it. */
const HEAP = '--max-old-space-size=512';
const MOST_RESIDENT_BYTES = 2 * 2 ** 30;
const PAGE_BYTES = 4096;
const LOOK_EVERY_MS = 250;
const IDLE_MS = 60_000;

/**
 * Reads files that anybody may have sent in a process of its own, one after the other: headers, previews and exports
 * cost time and memory on which this process must not depend. A file that takes too long, or too much memory, ends that
 * process and is refused.
 */
@injectable()
export class ImageReader {
  protected readonly timeoutMs: number = 20_000;
  #child: ChildProcess | undefined;
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;
  #idle: NodeJS.Timeout | undefined;
  #isClosed = false;

  /** Rejects with what is wrong with the file, BUSY, or the signal's reason. */
  async ask<R extends ReaderRequest>(request: R, signal?: AbortSignal): Promise<ReaderAnswers[R['type']]> {
    if (this.#waiting >= MOST_WAITING) {
      const message = `${this.#waiting} files wait to be read, as many as may. Ask again in a second.`;
      throw new ZooError('BUSY', message, { details: { waiting: this.#waiting } });
    }
    this.#waiting += 1;
    const answer = this.#last.then(() => {
      signal?.throwIfAborted();
      return this.#askNow(request);
    });
    this.#last = answer.catch(() => undefined);
    try {
      return (await answer) as ReaderAnswers[R['type']];
    } finally {
      this.#waiting -= 1;
    }
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#idle);
    this.#child?.kill('SIGKILL');
    this.#child = undefined;
  }

  async #askNow(request: ReaderRequest): Promise<unknown> {
    if (this.#isClosed) throw new ZooError('BACKEND_UNAVAILABLE', 'The gateway is closing.');
    clearTimeout(this.#idle);
    const reply = await this.#exchange(request);
    this.#idle = setTimeout(() => this.#child?.kill(), IDLE_MS).unref();
    if (reply.ok) return reply.answer;
    throw ZooError.fromJSON(reply.error);
  }

  /**
   * One that ends on its own as the request comes, worn or idle, says nothing of the file: another process is asked.
   */
  async #exchange(request: ReaderRequest): Promise<ReaderReply> {
    const used = this.#child;
    const child = (this.#child ??= this.#start());
    try {
      return await exchange(child, request, this.timeoutMs);
    } catch (error) {
      if (this.#child === child) this.#child = undefined; // it may not have ended yet
      if (used === undefined || !(error instanceof ReaderEnded)) throw error;
      return await exchange((this.#child = this.#start()), request, this.timeoutMs);
    }
  }

  #start(): ChildProcess {
    const child = fork(CHILD, [], {
      execArgv: [HEAP],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    const forget = (): void => {
      if (this.#child === child) this.#child = undefined;
    };
    child.on('error', forget).on('exit', forget);
    child.unref();
    child.channel?.unref();
    return child;
  }
}

/** The process ended before it replied, and nobody ended it for what it took. */
class ReaderEnded extends ZooError {}

/** Sends a request and waits for the reply, within bounds of time and memory. */
async function exchange(child: ChildProcess, request: ReaderRequest, timeoutMs: number): Promise<ReaderReply> {
  let timer: NodeJS.Timeout | undefined;
  let watch: NodeJS.Timeout | undefined;
  let onExit: () => void = () => undefined;
  const end = (why: string, reject: (error: ZooError) => void, Fault = ZooError): void => {
    child.kill('SIGKILL');
    reject(new Fault('INVALID_IMAGE', `${why} Send another file.`));
  };
  try {
    return await new Promise<ReaderReply>((resolve, reject) => {
      child.once('message', resolve);
      onExit = () => end('The process that read this file ended.', reject, ReaderEnded);
      child.once('exit', onExit);
      timer = setTimeout(
        () => end(`This file took longer than ${timeoutMs / 1000} seconds to read.`, reject),
        timeoutMs,
      );
      watch = setInterval(() => {
        void residentBytes(child.pid).then((bytes) => {
          if (bytes > MOST_RESIDENT_BYTES) end('This file took more memory than one may.', reject);
        });
      }, LOOK_EVERY_MS);
      child.send(request, (error) => {
        if (error) end('The process that reads files has ended.', reject, ReaderEnded);
      });
    });
  } finally {
    clearTimeout(timer);
    clearInterval(watch);
    child.removeAllListeners('message').removeListener('exit', onExit);
  }
}

/** As Linux says; elsewhere memory is bounded by what headers announce alone. */
async function residentBytes(pid: number | undefined): Promise<number> {
  try {
    const [, pages] = (await readFile(`/proc/${pid ?? 0}/statm`, 'utf8')).split(' ');
    return Number(pages) * PAGE_BYTES;
  } catch {
    return 0;
  }
}
