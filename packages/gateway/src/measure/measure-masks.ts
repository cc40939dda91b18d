import { once } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { type Rle, ZooError } from '@medzoo/core';
import { injectable } from 'tsyringe';
import { type MaskNumbers, measureParts, type MeasureRequest } from './measure-parts.js';

/** Compiled, whether this file is (dist/measure) or not (src/measure, in tests): a thread reads no TypeScript. */
const THREAD = new URL('../../dist/measure/measure-thread.js', import.meta.url);

/** A mask with fewer characters of run lengths takes a few milliseconds; a larger one would hold up the event loop. */
const MOST_CHARACTERS_HERE = 16 * 1024;
const IDLE_MS = 10_000;
const STALLED_MS = 30_000;
/** Its heap; what does not fit into it is no mask of an anatomy. */
const MAX_HEAP_MB = 128;

/**
 * Measures masks, one after the other: small ones here, large ones in a thread that is started when it is needed. The
 * same question about the same mask is answered once, however many aliases ask it, and not at all if its request ends
 * before its turn.
 */
@injectable()
export class MeasureMasks {
  /** By the request's signal: one that is abandoned must not answer for another. */
  readonly #known = new WeakMap<AbortSignal, Map<Rle, Map<string, Promise<MaskNumbers>>>>();
  #last: Promise<unknown> = Promise.resolve();
  #thread: Worker | undefined;
  #idle: NodeJS.Timeout | undefined;

  measure(request: MeasureRequest, signal: AbortSignal): Promise<MaskNumbers> {
    const { rle, ...options } = request;
    const ofRequest = getOrAdd(this.#known, signal, () => new Map<Rle, Map<string, Promise<MaskNumbers>>>());
    const ofMask = getOrAdd(ofRequest, rle, () => new Map<string, Promise<MaskNumbers>>());
    return getOrAdd(ofMask, JSON.stringify(options), () => this.#measureNext(request, signal));
  }

  #measureNext(request: MeasureRequest, signal: AbortSignal): Promise<MaskNumbers> {
    const isSmall = request.rle.counts.length <= MOST_CHARACTERS_HERE;
    const answer = this.#last.then(async () => {
      await setImmediate(); // others may go in between
      signal.throwIfAborted();
      return isSmall ? measureParts(request) : this.#measureInThread(request);
    });
    this.#last = answer.catch(() => undefined);
    return answer;
  }

  async close(): Promise<void> {
    clearTimeout(this.#idle);
    await this.#thread?.terminate();
    this.#thread = undefined;
  }

  async #measureInThread(request: MeasureRequest): Promise<MaskNumbers> {
    clearTimeout(this.#idle);
    const thread = (this.#thread ??= startThread());
    try {
      thread.postMessage(request);
      const [numbers] = (await once(thread, 'message', { signal: AbortSignal.timeout(STALLED_MS) })) as [MaskNumbers];
      this.#idle = setTimeout(() => void this.close(), IDLE_MS).unref();
      return numbers;
    } catch (cause) {
      await this.close();
      throw new ZooError('INVALID_PARAM', 'This mask is too ragged to be measured. Ask for its rle, or a picture.', {
        cause,
      });
    }
  }
}

interface Lookup<K, V> {
  get(key: K): V | undefined;
  set(key: K, value: V): unknown;
}

function getOrAdd<K, V>(map: Lookup<K, V>, key: K, create: () => V): V {
  let value = map.get(key);
  if (value === undefined) map.set(key, (value = create()));
  return value;
}

function startThread(): Worker {
  const thread = new Worker(THREAD, { execArgv: [], env: {}, resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB } });
  thread.on('error', () => undefined); // whoever waits hears of it too
  thread.unref();
  return thread;
}
