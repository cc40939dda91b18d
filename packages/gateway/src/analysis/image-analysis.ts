import {
  type AnalyzeOptions,
  type Answer,
  type Outcome,
  type Priority,
  type Task,
  type TaskAnswers,
  type Zoo,
  ZooError,
} from '@medzoo/core';
import type { Logger } from 'pino';
import { inject, injectable } from 'tsyringe';
import { isServerFault } from '../errors/describe-fault.js';
import type { ImageStore } from '../images/image-store.js';
import type { StoredImage } from '../images/stored-image.js';
import { IMAGES, LOGGER, SETTINGS, ZOO } from '../injection.js';
import { Metrics } from '../observability/metrics.js';
import { ZooSpans } from '../observability/zoo-spans.js';
import type { GatewaySettings } from '../settings.js';
import type { GivenParams } from './links.js';

export interface HeadRequest {
  readonly id: string;
  readonly params: GivenParams;
}

/** The deadline is the gateway's. */
export type AnalysisOptions = Omit<AnalyzeOptions, 'deadlineMs'>;

/** Asks the zoo about stored images: the one way from the gateway to a model. */
@injectable()
export class ImageAnalysis {
  readonly #running = { interactive: 0, batch: 0 };
  #lastProvider: string | null = null;

  constructor(
    @inject(ZOO) private readonly zoo: Zoo,
    @inject(IMAGES) private readonly images: ImageStore,
    @inject(SETTINGS) private readonly settings: GatewaySettings,
    @inject(LOGGER) private readonly logger: Logger,
    @inject(Metrics) private readonly metrics: Metrics,
    @inject(ZooSpans) private readonly spans: ZooSpans,
  ) {}

  /** The execution provider that ran the last head; null until one ran. */
  get lastProvider(): string | null {
    return this.#lastProvider;
  }

  /**
   * One outcome for each request, in their order. A head that fails at run time is an outcome; a fault of the caller rejects the
   * whole, as does one that leaves no head to answer.
   */
  async analyze(
    image: StoredImage,
    requests: readonly HeadRequest[],
    given: AnalysisOptions,
  ): Promise<readonly Outcome<Answer>[]> {
    const { priority = 'interactive' } = given;
    this.#refuseTooMany(priority);
    this.#running[priority] += 1;
    try {
      const bytes = await this.images.read(image, given.signal);
      const options = { ...given, deadlineMs: this.settings.deadlineMs };
      const outcomes = new Map<HeadRequest, Outcome<Answer>>();
      await Promise.all(
        toRounds(requests).map(async (round) => {
          // What callers send is unknown by nature: the zoo checks heads and params, and rejects with the caller's fault.
          const byId = Object.fromEntries(round.map(({ id, params }) => [id, params])) as Record<
            string,
            Record<string, never>
          >;
          const answers = await this.spans.record(round.length, (of) =>
            this.zoo.analyze(bytes, byId, { ...options, ...of }),
          );
          for (const request of round) outcomes.set(request, this.#noted(request.id, answers[request.id]!));
        }),
      );
      return requests.map((request) => outcomes.get(request)!);
    } finally {
      this.#running[priority] -= 1;
    }
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

  /** Batch work counts for batch work alone: whatever there is of it, a person's is taken, and the zoo lets that go first. */
  #refuseTooMany(priority: Priority): void {
    const { interactive, batch } = this.#running;
    const running = priority === 'batch' ? interactive + batch : interactive;
    if (running < this.settings.maxAnalysesAtOnce) return;
    throw tooManyAnalyses(running, this.zoo.runtime().queue.retryAfterMs);
  }

  #noted(head: string, outcome: Outcome<Answer>): Outcome<Answer> {
    this.metrics.countHeadRun(head, outcome);
    this.#lastProvider = outcome.provenance?.provider ?? this.#lastProvider;
    if (outcome.ok) return outcome;
    if (!isServerFault(outcome.error)) throw outcome.error;
    this.logger.error({ head, err: outcome.error }, 'head failed');
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

function tooManyAnalyses(running: number, retryAfterMs: number): ZooError {
  return new ZooError('BUSY', `${running} analyses are running, as many as may. Ask again in a moment.`, {
    details: { running, retryAfterMs },
  });
}
