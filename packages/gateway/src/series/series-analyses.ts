import { createHash } from 'node:crypto';
import {
  type Answer,
  type ImageView,
  isZooError,
  type OutOfDomain,
  type Outcome,
  type Zoo,
  ZooError,
} from '@medzoo/core';
import { LRUCache } from 'lru-cache';
import type { Logger } from 'pino';
import { inject, injectable } from 'tsyringe';
import { findFault } from '../analysis/check-request.js';
import { checkView } from '../analysis/check-view.js';
import { type HeadRequest, ImageAnalysis } from '../analysis/image-analysis.js';
import { pictureKey } from '../analysis/picture-key.js';
import { CallerPlaces } from '../caller-places.js';
import { logFault } from '../errors/log-fault.js';
import type { ImageStore } from '../images/image-store.js';
import { IMAGES, LOGGER, SETTINGS, ZOO } from '../injection.js';
import type { GatewaySettings } from '../settings.js';
import { HeldFiles } from './held-files.js';
import { type AskFrame, SeriesAnalysis } from './series-analysis.js';
import type { StoredSeries } from './stored-series.js';

/** What is asked about every frame of a series. */
export interface SeriesQuestion {
  readonly series: StoredSeries;
  readonly request: HeadRequest;
  readonly window?: ImageView['window'];
  readonly outOfDomain: OutOfDomain;
}

/** An analysis with the question that it answers. */
export interface AskedSeries {
  readonly question: SeriesQuestion;
  readonly analysis: SeriesAnalysis;
}

interface RunningSeries extends AskedSeries {
  /** Links that wait for it. */
  waiting: number;
  /** Whether it was started to go on without them. */
  isStarted: boolean;
}

const MOST_KEPT_BYTES = 128 * 2 ** 20;
const KEPT_MS = 60 * 60_000;

/**
 * The analyses of whole series, named by their question: the same question is asked once, whoever asks it, and its
 * answers are kept for an hour, of which files of any format are made.
 */
@injectable()
export class SeriesAnalyses {
  readonly #running = new Map<string, RunningSeries>();
  readonly #kept = new LRUCache<string, AskedSeries>({
    maxSize: MOST_KEPT_BYTES,
    sizeCalculation: ({ analysis }) => analysis.bytes,
    ttl: KEPT_MS,
  });
  readonly #places: CallerPlaces;

  constructor(
    @inject(ZOO) private readonly zoo: Zoo,
    @inject(ImageAnalysis) private readonly analysis: ImageAnalysis,
    @inject(IMAGES) private readonly images: ImageStore,
    @inject(LOGGER) private readonly logger: Logger,
    @inject(SETTINGS) { maxSeriesAtOnce }: GatewaySettings,
  ) {
    this.#places = new CallerPlaces({
      most: maxSeriesAtOnce,
      what: (count) => `${count} series ${count === 1 ? 'is' : 'are'} analysed`,
      advice: 'Wait until one is done, or cancel it.',
    });
  }

  find(id: string): AskedSeries | undefined {
    return this.#running.get(id) ?? this.#kept.get(id);
  }

  /** As `find`; throws IMAGE_NOT_FOUND with what to do. */
  get(id: string): AskedSeries {
    const asked = this.find(id);
    if (!asked) throw notKept(id);
    return asked;
  }

  /**
   * Starts the walk, or joins the one that is under way, or gives the one that is kept; frames without an answer are
   * asked again. It goes on until it is done or cancelled. Rejects with what is wrong with the question, or BUSY.
   */
  start(question: SeriesQuestion, caller: string): Promise<AskedSeries> {
    return this.#begin(question, caller, true);
  }

  /**
   * As `start`, and resolves to the outcome of each frame. A walk that nobody started or waits for any more ends.
   * Rejects with why there are no outcomes, or with the signal's reason.
   */
  async run(
    question: SeriesQuestion,
    { caller, signal }: { readonly caller: string; readonly signal: AbortSignal },
  ): Promise<readonly Outcome<Answer>[]> {
    const { analysis } = await this.#begin(question, caller, false);
    const entry = this.#running.get(analysis.id);
    if (entry) entry.waiting += 1;
    let leave: () => void = () => undefined;
    const left = new Promise<never>((_, reject) => (leave = () => reject(signal.reason as Error)));
    if (signal.aborted) leave();
    signal.addEventListener('abort', leave, { once: true });
    try {
      await Promise.race([analysis.ended, left]);
    } finally {
      signal.removeEventListener('abort', leave);
      if (entry) {
        entry.waiting -= 1;
        if (entry.waiting === 0 && !entry.isStarted) analysis.cancel();
      }
    }
    if (analysis.error) throw analysis.error;
    return analysis.outcomes.map((outcome) => outcome!);
  }

  /** Throws IMAGE_NOT_FOUND for one that is not kept. */
  cancel(id: string): AskedSeries {
    const asked = this.get(id);
    asked.analysis.cancel();
    return asked;
  }

  close(): void {
    for (const { analysis } of this.#running.values()) analysis.stop(interrupted());
  }

  async #begin(question: SeriesQuestion, caller: string, isStarted: boolean): Promise<AskedSeries> {
    this.#check(question);
    const id = this.#idOf(question);
    const running = this.#running.get(id);
    if (running) {
      running.isStarted ||= isStarted;
      return running;
    }
    const kept = this.#kept.get(id);
    if (kept?.analysis.state === 'done' && kept.analysis.failed === kept.analysis.refused) return kept;
    let asked: AskedSeries | undefined;
    const walk = this.#places.with(caller, async () => {
      const { series } = question;
      const analysis = new SeriesAnalysis(id, series, this.#askerOf(question, caller), kept?.analysis.outcomes);
      asked = { question, analysis };
      this.#running.set(id, { ...asked, waiting: 0, isStarted });
      await analysis.ended;
      this.#keep(id, asked);
    });
    if (!asked) await walk; // there was no place
    return asked!;
  }

  /** Throws before anything runs; what is wrong with one frame is its outcome. */
  #check({ series, request, window }: SeriesQuestion): void {
    const { image } = series.frames[0]!;
    const fault = findFault(this.zoo.heads, request, image);
    if (fault) throw fault;
    if (window) checkView(image, { window });
  }

  #askerOf({ request, window, outOfDomain }: SeriesQuestion, caller: string): AskFrame {
    const turns = this.analysis.newRequest(caller);
    const files = new HeldFiles((image) => this.images.read(image));
    return async ({ image, frame }, signal) => {
      const view = { frame, ...(window && { window }) };
      const options = { view, outOfDomain, caller, signal, turns, priority: 'batch' } as const;
      try {
        const [outcome] = await files.use(image, (read) =>
          this.analysis.analyze(image, [request], { ...options, read }),
        );
        return outcome!;
      } catch (error) {
        if (!isZooError(error) || error.code !== 'BUSY') logFault(this.logger, error, 'frame of a series not analysed');
        throw error;
      }
    };
  }

  #keep(id: string, asked: AskedSeries): void {
    this.#running.delete(id);
    this.#kept.set(id, asked);
    const { error, state } = asked.analysis;
    if (state === 'failed' && error) logFault(this.logger, error.cause ?? error, 'series not analysed');
  }

  #idOf({ series, request, window, outOfDomain }: SeriesQuestion): string {
    const head = this.zoo.heads.find(({ manifest }) => manifest.id === request.id)!;
    const view = window ? { window } : {};
    const key = pictureKey({ imageId: series.id, head, params: request.params, view, outOfDomain });
    return createHash('sha256').update(`series ${key}`).digest('hex');
  }
}

function notKept(id: string): ZooError {
  return new ZooError(
    'IMAGE_NOT_FOUND',
    `There is no analysis "${id.slice(0, 64)}" of a series (any more). Answers are kept for an hour, and none over a ` +
      'restart of the gateway: ask again with `analyzeSeries`, or upload the files again if the series is gone too.',
  );
}

function interrupted(): ZooError {
  return new ZooError(
    'BUSY',
    'The gateway stopped while it analysed this series, and no answers are kept over a restart. Ask again.',
  );
}
