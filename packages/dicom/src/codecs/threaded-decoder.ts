import { Worker } from 'node:worker_threads';
import { completeLimits, ZooError } from '@medzoo/core/contract';
import type { FrameShape } from '../pixels/frame-shape.js';
import type { CodecSamples } from '../pixels/samples.js';
import { invalidImage } from '../refuse.js';
import type { StreamDecoder } from './decode-stream.js';
import type { StreamReply, StreamRequest } from './stream-thread.js';

/** What decoding one compressed stream may cost. */
export interface CodecThreadLimits {
  /** Default 30 seconds. */
  readonly timeoutMs?: number;
  /** By how much the process may grow meanwhile. Default 2 GiB. */
  readonly maxGrowthBytes?: number;
}

/** Compiled, whether this file is (dist/codecs) or not (src/codecs, in tests): a thread reads no TypeScript. */
const SCRIPT = new URL('../../dist/codecs/stream-thread.js', import.meta.url);
const DEFAULTS: Required<CodecThreadLimits> = { timeoutMs: 30_000, maxGrowthBytes: 2 * 2 ** 30 };
const LOOK_EVERY_MS = 100;
const START_MS = 30_000;

/**
 * Decodes streams in a thread, one after the other. A stream that takes more time or memory than it may ends the thread
 * and is refused; the next one gets a new thread. It is started with the first stream, and keeps no process alive.
 */
export function createThreadedDecoder(limits?: CodecThreadLimits): StreamDecoder {
  const { timeoutMs, maxGrowthBytes } = completeLimits<Required<CodecThreadLimits>>(DEFAULTS, limits);
  let thread: Worker | undefined;
  let last: Promise<unknown> = Promise.resolve();

  function startThread(): Worker {
    const started = new Worker(SCRIPT, { execArgv: [], stdout: true, stderr: true });
    // Whoever waits for it listens too.
    started
      .on('error', () => undefined)
      .on('exit', () => {
        if (thread === started) thread = undefined;
      });
    return started;
  }

  function exchange(request: StreamRequest): Promise<CodecSamples> {
    const isNew = thread === undefined;
    const used = (thread ??= startThread());
    return new Promise((resolve, reject) => {
      const before = process.memoryUsage.rss();
      const end = (error: Error): void => {
        cleanUp();
        thread = undefined;
        void used.terminate();
        reject(error);
      };
      const onMessage = (reply: StreamReply): void => {
        if ('isReady' in reply) {
          clearTimeout(timer);
          timer = setTimeout(endLate, timeoutMs);
          return;
        }
        cleanUp();
        if (reply.ok) resolve(reply.samples);
        else reject(reply.error ? ZooError.fromJSON(reply.error) : damaged());
      };
      const onEnd = (): void => end(damaged());
      const endLate = (): void => end(tooMuch(`${timeoutMs / 1000} seconds`));
      // To start is not the stream's time.
      let timer = setTimeout(endLate, isNew ? START_MS + timeoutMs : timeoutMs);
      const watch = setInterval(() => {
        if (process.memoryUsage.rss() - before > maxGrowthBytes) end(tooMuch(`${maxGrowthBytes} bytes of memory`));
      }, LOOK_EVERY_MS);
      const cleanUp = (): void => {
        clearTimeout(timer);
        clearInterval(watch);
        used.off('message', onMessage).off('error', onEnd).off('exit', onEnd);
        used.unref();
      };
      used.on('message', onMessage).on('error', onEnd).on('exit', onEnd);
      used.ref();
      used.postMessage(request, [request.stream.buffer as ArrayBuffer]);
    });
  }

  return {
    decode(stream: Uint8Array, shape: FrameShape): Promise<CodecSamples> {
      const result = last.then(() => exchange({ stream: Uint8Array.from(stream), shape })); // a copy to give away
      last = result.catch(() => undefined);
      return result;
    },
  };
}

function damaged(): ZooError {
  return invalidImage('The compressed pixels cannot be decoded: they are damaged. Send the file again.');
}

function tooMuch(limit: string): ZooError {
  return invalidImage(`The compressed pixels took more than ${limit} to decode: the file is damaged, or made to.`);
}
