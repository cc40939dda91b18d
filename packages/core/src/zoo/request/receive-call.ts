import type { HeadDescription, ImageSource } from '../../contract/index.js';
import { readRank } from '../../flow/fair-queue.js';
import { guardListener } from '../../flow/guard-listener.js';
import { startDeadline } from '../../flow/start-deadline.js';
import { imageKey } from '../../image/source/image-source.js';
import type { RunRequest } from '../../sessions/scheduling/device-scheduler.js';
import { checkCall, toImageSource, type CheckedCall } from './check-call.js';

/** What `analyze` was given, which may be anything. */
export type Given = readonly [image: unknown, requests: unknown, options?: unknown];

/** A call that was checked, and whose deadline runs. */
export interface ReceivedCall<H extends HeadDescription> extends CheckedCall<H> {
  /** When the call came, by `performance.now()`. */
  readonly startedAt: number;
  /** For whom models run, and until when. */
  readonly asker: RunRequest;
  /** Hashes the image unless its digest is known. `imageKey` is what embeddings and answers are kept by. */
  identifyImage(): Promise<{ readonly source: ImageSource; readonly imageKey: string }>;
  /**
   * Throws the reason of the caller's signal. A deadline that has passed is no such reason: the heads that were in time
   * have answered.
   */
  readonly throwIfLeft: () => void;
  /** Stops the deadline. Must be called in any case. */
  readonly end: () => void;
}

/** Throws UNKNOWN_HEAD, INVALID_PARAM or INVALID_IMAGE. */
export function receiveCall<H extends HeadDescription>(heads: readonly H[], given: Given): ReceivedCall<H> {
  const startedAt = performance.now();
  const call = checkCall(heads, given);
  const { trace } = call.options;
  const rank = readRank(call.options);
  const deadline = startDeadline(call.options);
  const onRun = guardListener(call.options.onRun, () => 'onRun failed');
  return {
    ...call,
    startedAt,
    asker: { ...rank, signal: deadline.signal, onRun, ...(trace !== undefined && { trace }) },
    async identifyImage() {
      const source = await toImageSource(call.image, call.options.view);
      return { source, imageKey: imageKey(source.sha256, source.view) };
    },
    throwIfLeft: deadline.throwIfLeft,
    end: deadline.clear,
  };
}
