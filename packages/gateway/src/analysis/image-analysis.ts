import {
  type AnalyzeOptions,
  type Answer,
  type ImageSource,
  type Outcome,
  type Size,
  type Task,
  type TaskAnswers,
  type Zoo,
  ZooError,
} from '@medzoo/core';
import type { Logger } from 'pino';
import { inject, injectable } from 'tsyringe';
import { logFault } from '../errors/log-fault.js';
import type { ImageStore } from '../images/image-store.js';
import type { StoredImage } from '../images/stored-image.js';
import { IMAGES, LOGGER, SETTINGS, ZOO } from '../injection.js';
import { Metrics } from '../observability/metrics.js';
import { ZooSpans } from '../observability/zoo-spans.js';
import type { GatewaySettings } from '../settings.js';
import { AnalysisPlaces, RequestTurns } from './analysis-places.js';
import { findFault, isAboutParam, sizeOfFrame, takesPrompts } from './check-request.js';
import type { GivenParams } from './links.js';

export interface HeadRequest {
  readonly id: string;
  readonly params: GivenParams;
}

/** The deadline is the gateway's. */
export interface AnalysisOptions extends Omit<AnalyzeOptions, 'deadlineMs' | 'caller'> {
  /** No caller may have all places. */
  readonly caller: string;
  /** Of the request that this is part of; of its own if left out. */
  readonly turns?: RequestTurns;
  /** Reads the image's file in the place of the store, for who asks about several frames of it. */
  readonly read?: () => Promise<ImageSource>;
}

/** Asks the zoo about stored images: the one way from the gateway to a model. */
@injectable()
export class ImageAnalysis {
  #lastProvider: string | null = null;

  constructor(
    @inject(ZOO) private readonly zoo: Zoo,
    @inject(IMAGES) private readonly images: ImageStore,
    @inject(SETTINGS) private readonly settings: GatewaySettings,
    @inject(LOGGER) private readonly logger: Logger,
    @inject(Metrics) private readonly metrics: Metrics,
    @inject(ZooSpans) private readonly spans: ZooSpans,
    @inject(AnalysisPlaces) private readonly places: AnalysisPlaces,
  ) {}

  /** The execution provider that ran the last head; null until one ran. */
  get lastProvider(): string | null {
    return this.#lastProvider;
  }

  /** What the analyses of one request of a caller share. */
  newRequest(caller: string): RequestTurns {
    return new RequestTurns(this.places, caller);
  }

  /**
   * One outcome for each request, in their order: a head that is asked for wrongly, or fails at run time, is one too.
   * Rejects with what leaves no head to answer: the image is gone or cannot be read, an option is wrong, BUSY, an
   * abort.
   */
  async analyze(
    image: StoredImage,
    requests: readonly HeadRequest[],
    { turns, read, ...options }: AnalysisOptions,
  ): Promise<readonly Outcome<Answer>[]> {
    const outcomes = new Map<HeadRequest, Outcome<Answer>>();
    const size = sizeOfFrame(image, options.view);
    for (const request of requests) {
      const error = findFault(this.zoo.heads, request, size);
      if (error) outcomes.set(request, { ok: false, error });
    }
    const asked = requests.filter((request) => !outcomes.has(request));
    if (asked.length > 0) {
      const own = turns ?? this.newRequest(options.caller);
      await own.take(options.priority ?? 'interactive', options.signal, async () => {
        const source = await (read ? read() : this.images.read(image, options.signal));
        const startedAt = performance.now();
        for (const [index, round] of this.#toRounds(asked, size).entries()) {
          const spentMs = index === 0 ? 0 : Math.round(performance.now() - startedAt);
          const deadlineMs = Math.max(1, this.settings.deadlineMs - spentMs);
          const answers = await this.#ask(source, round, { ...options, deadlineMs });
          for (const request of round) outcomes.set(request, this.#noted(request.id, answers[request.id]!));
        }
      });
    }
    return requests.map((request) => outcomes.get(request)!);
  }

  /** The answer of one head; rejects with its failure, or with INVALID_PARAM if it does another task. */
  async analyzeAs<T extends Task>(
    task: T,
    image: StoredImage,
    request: HeadRequest,
    options: AnalysisOptions,
  ): Promise<TaskAnswers[T]> {
    const [outcome] = await this.analyze(image, [request], options);
    if (!outcome?.ok) throw outcome?.error ?? new Error('The zoo gave no outcome.');
    const { value } = outcome;
    if (value.task === task) return value as TaskAnswers[T];
    throw new ZooError('INVALID_PARAM', `The head "${request.id}" does ${value.task}, not ${task}.`);
  }

  /** Prompts that cannot be held against the image before go by themselves: the zoo refuses all of a call for one. */
  #toRounds(asked: readonly HeadRequest[], size: Size | undefined): readonly (readonly HeadRequest[])[] {
    const isAlone = (request: HeadRequest): boolean => size === undefined && takesPrompts(this.zoo.heads, request);
    const others = asked.filter((request) => !isAlone(request));
    return [...toRounds(others), ...asked.filter(isAlone).map((request) => [request])];
  }

  async #ask(
    source: ImageSource,
    round: readonly HeadRequest[],
    options: AnalyzeOptions,
  ): Promise<Readonly<Record<string, Outcome<Answer>>>> {
    // What callers send is unknown by nature: the zoo checks heads and params, and rejects with the caller's fault.
    const byId = Object.fromEntries(round.map(({ id, params }) => [id, params])) as Record<
      string,
      Record<string, never>
    >;
    try {
      return await this.spans.record(round.length, (of) => this.zoo.analyze(source, byId, { ...options, ...of }));
    } catch (error) {
      const [first, ...others] = round;
      if (!first || others.length > 0 || !isAboutParam(this.zoo.heads, first, error)) throw error;
      return { [first.id]: { ok: false, error } };
    }
  }

  #noted(head: string, outcome: Outcome<Answer>): Outcome<Answer> {
    this.metrics.countHeadRun(head, outcome);
    this.#lastProvider = outcome.provenance?.provider ?? this.#lastProvider;
    if (!outcome.ok) logFault(this.logger, outcome.error, 'head failed', { head });
    return outcome;
  }
}

/** The zoo takes each head once a call: a head that is asked for twice, with other params, goes into a second call. */
function toRounds(requests: readonly HeadRequest[]): readonly (readonly HeadRequest[])[] {
  const rounds: HeadRequest[][] = [];
  for (const request of requests) {
    const round = rounds.find((others) => others.every(({ id }) => id !== request.id));
    if (round) round.push(request);
    else rounds.push([request]);
  }
  return rounds;
}
