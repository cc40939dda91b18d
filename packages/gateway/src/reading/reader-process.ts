import { type ChildProcess, fork } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { ZooError } from '@medzoo/core';
import type { ReaderMessage, ReaderReply, ReaderRequest } from './reader-requests.js';

/** Its heap is small; pixels and codecs lie outside it. It collects the heap itself behind a large file. */
const FLAGS = ['--max-old-space-size=512', '--expose-gc'];
/**
 * glibc then gives large blocks back when they are freed. Without it, a block that is freed raises the size from which
 * it would.
 */
const ENVIRONMENT = { MALLOC_TRIM_THRESHOLD_: String(128 * 1024) };
/** Or under `node --watch` it would say which modules it imports, in messages that look like replies. */
const NOT_WATCHED = { WATCH_REPORT_DEPENDENCIES: undefined };
const MOST_RESIDENT_BYTES = 2 * 2 ** 30;
const PAGE_BYTES = 4096;
const LOOK_EVERY_MS = 250;
/** Signals from outside, such as the system's when it runs out of memory: no file is to blame for them. */
const ENDED_BY_OTHERS: readonly unknown[] = ['SIGKILL', 'SIGTERM', 'SIGINT', 'SIGHUP'];

/** The process ended before it replied, and not because a file took too much time or memory. */
export class ReaderEnded extends ZooError {}

/** A process that reads files, one request at a time. */
export class ReaderProcess {
  readonly #child: ChildProcess;
  #isReady = false;
  #hasEnded = false;
  #onReply: ((reply: ReaderReply) => void) | undefined;

  constructor(script: URL) {
    const child = fork(script, [], {
      execArgv: FLAGS,
      env: { ...ENVIRONMENT, ...process.env, ...NOT_WATCHED },
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    child.on('message', (message: ReaderMessage) => {
      if ('isReady' in message) this.#isReady = true;
      else this.#onReply?.(message);
    });
    const end = (): void => void (this.#hasEnded = true);
    child.on('error', end).on('exit', end);
    child.unref();
    (child.channel as { unref?(): void } | null | undefined)?.unref?.(); // Bun's has none
    this.#child = child;
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /**
   * Sends a request and waits for the reply, within bounds of time and memory. Rejects with INVALID_IMAGE for a file
   * that takes more, or that the process dies of, with BACKEND_UNAVAILABLE or BUSY where no file is to blame, or after
   * `graceMs` with the signal's reason.
   */
  async exchange(
    request: ReaderRequest,
    {
      timeoutMs,
      graceMs,
      signal,
    }: { readonly timeoutMs: number; readonly graceMs: number; readonly signal?: AbortSignal },
  ): Promise<ReaderReply> {
    const child = this.#child;
    const cleanUp: (() => void)[] = [];
    try {
      return await new Promise<ReaderReply>((resolve, reject) => {
        const end = (error: Error): void => {
          this.#hasEnded = true;
          child.kill('SIGKILL');
          reject(error);
        };
        const endAfter = (ms: number, error: () => Error): void => {
          const timer = setTimeout(() => end(error()), ms);
          cleanUp.push(() => clearTimeout(timer));
        };
        this.#onReply = resolve;
        const onExit = (code: number | null, by: NodeJS.Signals | null): void => end(this.#ended(code, by));
        const onError = (error: NodeJS.ErrnoException): void => end(this.#failed(error.code));
        child.once('exit', onExit).once('error', onError);
        endAfter(timeoutMs, () => this.#late(timeoutMs / 1000));
        const watch = setInterval(() => {
          void residentBytes(child.pid).then((bytes) => {
            if (bytes > MOST_RESIDENT_BYTES) end(invalid('This file took more memory than one may.'));
          });
        }, LOOK_EVERY_MS);
        const leave = (): void => endAfter(graceMs, () => signal?.reason as Error);
        if (signal?.aborted) leave();
        signal?.addEventListener('abort', leave, { once: true });
        cleanUp.push(
          () => child.off('exit', onExit).off('error', onError),
          () => clearInterval(watch),
          () => signal?.removeEventListener('abort', leave),
        );
        if (child.pid === undefined) return; // it could not be started: the error with the reason is on its way
        child.send(request, (error: NodeJS.ErrnoException | null) => {
          if (error && child.exitCode === null && child.signalCode === null) end(this.#failed(error.code));
        });
      });
    } finally {
      this.#onReply = undefined;
      for (const clean of cleanUp) clean();
    }
  }

  /** A process that was not there yet, as on a machine that is busy, says nothing of the file. */
  #late(seconds: number): ZooError {
    if (this.#isReady) return invalid(`This file took longer than ${seconds} seconds to read.`);
    return new ZooError(
      'BUSY',
      `The process that reads files did not start within ${seconds} seconds: the machine is busy. Send it again later.`,
    );
  }

  #ended(code: number | null, by: NodeJS.Signals | null): ZooError {
    const how = by === null ? `with code ${code}` : `by ${by}`;
    if (this.#isReady && !ENDED_BY_OTHERS.includes(by) && code !== 0) {
      return new ReaderEnded('INVALID_IMAGE', `The process that read this file ended ${how}. Send another file.`);
    }
    const when = this.#isReady ? 'while it read a file' : 'before it could read any file';
    return new ReaderEnded('BACKEND_UNAVAILABLE', `The process that reads files ended ${how} ${when}.`);
  }

  #failed(code = 'no code'): ZooError {
    return new ReaderEnded('BACKEND_UNAVAILABLE', `The process that reads files cannot be reached: ${code}.`);
  }
}

function invalid(why: string): ZooError {
  return new ZooError('INVALID_IMAGE', `${why} Send another file.`);
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
