import { setTimeout as sleep } from 'node:timers/promises';
import { type Answer, isZooError, type Outcome, ZooError } from '@medzoo/core';
import type { SeriesFrame, StoredSeries } from './stored-series.js';

export type SeriesState = 'running' | 'done' | 'cancelled' | 'failed';

/** Asks one head about one frame; rejects with what leaves no answer. */
export type AskFrame = (frame: SeriesFrame, signal: AbortSignal) => Promise<Outcome<Answer>>;

/** Frames of one series that are with the zoo at one time, as of any request. */
const AT_ONCE = 4;
/** What the answers about one series may take; a mask is a few kilobytes. */
const MOST_BYTES = 64 * 2 ** 20;
/** How long a frame waits for a place while others have them all. */
const LONGEST_WAIT_MS = 10 * 60_000;

/**
 * One head's walk over the frames of a series: a few at a time, each frame's answer kept, so that only run lengths and
 * numbers stay in memory. A frame that fails is an outcome, and the others go on.
 */
export class SeriesAnalysis {
  readonly outcomes: (Outcome<Answer> | undefined)[];
  /** Resolves when the walk has ended, whichever way. */
  readonly ended: Promise<void>;
  readonly #controller = new AbortController();
  #state: SeriesState = 'running';
  #error: ZooError | undefined;
  #stoppedBy: ZooError | undefined;
  #bytes = 0;
  #next = 0;

  /** `known` are outcomes of a walk before; answers and refusals are not asked for again, which would be the same. */
  constructor(
    readonly id: string,
    readonly series: StoredSeries,
    private readonly askFrame: AskFrame,
    known: readonly (Outcome<Answer> | undefined)[] = [],
  ) {
    this.outcomes = series.frames.map((_, index) => (isFinal(known[index]) ? known[index] : undefined));
    for (const outcome of this.outcomes) if (outcome) this.#bytes += estimateBytes(outcome);
    this.ended = this.#walk();
  }

  get state(): SeriesState {
    return this.#state;
  }

  /** Why it failed, or was cancelled. */
  get error(): ZooError | undefined {
    return this.#error;
  }

  get bytes(): number {
    return Math.max(1, this.#bytes);
  }

  get done(): number {
    return this.outcomes.filter((outcome) => outcome !== undefined).length;
  }

  get failed(): number {
    return this.outcomes.filter((outcome) => outcome?.ok === false).length;
  }

  /** Of those that failed: the head does not answer about such an image, however often it is asked. */
  get refused(): number {
    return this.outcomes.filter(isRefused).length;
  }

  cancel(): void {
    this.#controller.abort();
  }

  /** As `cancel`, where nobody asked for it: it has failed, with this reason. */
  stop(reason: ZooError): void {
    this.#stoppedBy = reason;
    this.#controller.abort();
  }

  async #walk(): Promise<void> {
    try {
      await Promise.all(Array.from({ length: AT_ONCE }, () => this.#takeFrames()));
      this.#state = 'done';
    } catch (error) {
      const isCancelled = this.#controller.signal.aborted && !this.#stoppedBy;
      this.#state = isCancelled ? 'cancelled' : 'failed';
      this.#error = isCancelled ? cancelled() : (this.#stoppedBy ?? toZooError(error));
      this.#controller.abort();
    }
  }

  async #takeFrames(): Promise<void> {
    for (;;) {
      this.#controller.signal.throwIfAborted();
      const index = this.#next++;
      const frame = this.series.frames[index];
      if (!frame) return;
      if (this.outcomes[index]) continue;
      const outcome = withoutPixels(await this.#ask(frame));
      this.#bytes += estimateBytes(outcome);
      if (this.#bytes > MOST_BYTES) throw tooMuch();
      this.outcomes[index] = outcome;
    }
  }

  /** Waits where others have all places: they are given by the frame. */
  async #ask(frame: SeriesFrame): Promise<Outcome<Answer>> {
    const { signal } = this.#controller;
    const until = performance.now() + LONGEST_WAIT_MS;
    for (;;) {
      try {
        return await this.askFrame(frame, signal);
      } catch (error) {
        signal.throwIfAborted();
        if (!isZooError(error)) throw error;
        if (error.code !== 'BUSY') return { ok: false, error };
        if (performance.now() > until) throw error;
        const { retryAfterMs } = error.details;
        await sleep(Math.min(5000, Math.max(100, Number(retryAfterMs ?? 500))), undefined, { signal });
      }
    }
  }
}

function isFinal(outcome: Outcome<Answer> | undefined): boolean {
  return outcome?.ok === true || isRefused(outcome);
}

function isRefused(outcome: Outcome<Answer> | undefined): boolean {
  return outcome?.ok === false && outcome.domain !== undefined;
}

/** Heat maps are megabytes over a series, and their links draw them again. */
function withoutPixels(outcome: Outcome<Answer>): Outcome<Answer> {
  if (!outcome.ok || outcome.value.task !== 'classification' || !outcome.value.heatMap) return outcome;
  const heatMap = { ...outcome.value.heatMap, values: new Float32Array(0) };
  return { ...outcome, value: { ...outcome.value, heatMap } };
}

/** Of an answer's texts and numbers. */
function estimateBytes(outcome: Outcome<Answer>): number {
  const masks = outcome.ok && outcome.value.task === 'segmentation' ? outcome.value.masks : [];
  return masks.reduce((sum, { rle }) => sum + 500 + rle.counts.length, 2000);
}

function cancelled(): ZooError {
  return new ZooError('BUSY', 'The analysis of this series was cancelled. Start it again: what it has is kept.');
}

function tooMuch(): ZooError {
  const message = `The answers about this series take more than ${MOST_BYTES} bytes. Ask for fewer labels, or in parts.`;
  return new ZooError('INVALID_PARAM', message, { details: { unit: 'bytes', limit: MOST_BYTES } });
}

function toZooError(error: unknown): ZooError {
  if (isZooError(error)) return error;
  return new ZooError('BACKEND_UNAVAILABLE', 'The series could not be analysed.', { cause: error });
}
