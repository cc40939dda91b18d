import type { Outcome, TaskAnswers } from './answers/answers.js';
import type { DecodeLimits } from './image/decode-limits.js';
import type { Head, HeadDescription, ManifestOf } from './head/head.js';
import type { ImageSource } from './image/image-source.js';
import type { AnalyzeOptions } from './options/analyze-options.js';
import type { ZooPrefetchOptions } from './options/prefetch-options.js';
import type { ParamValues, PromptPoint } from './params/params.js';
import type { ZooRuntime } from './backend/runtime.js';
import type { Point } from './backend/tensor.js';

/** Params by head id. */
type ParamsById<H extends readonly Head[]> = {
  readonly [T in H[number] as ManifestOf<T>['id']]: ParamValues<ManifestOf<T>['params']>;
};

/** Answers by head id. */
type AnswersById<H extends readonly Head[]> = {
  readonly [T in H[number] as ManifestOf<T>['id']]: TaskAnswers[ManifestOf<T>['task']];
};

/** Params as a caller gives them: those that differ from the defaults. */
type GivenParams<P> = { readonly [K in keyof P]?: GivenParam<P[K]> };

/** A prompt point is positive unless it says otherwise. */
type GivenParam<V> = V extends readonly PromptPoint[] ? readonly GivenPoint[] : V;
type GivenPoint = Point & Partial<Pick<PromptPoint, 'positive'>>;

/** Which heads to run, by id, each with the params that differ from its defaults. */
export type HeadRequests<H extends readonly Head[]> = {
  readonly [K in keyof ParamsById<H>]?: GivenParams<ParamsById<H>[K]>;
};

/**
 * `R` where it names heads and params of `H`, `never` where it misspells one: TypeScript's own check stops at generics.
 */
type Spelt<H extends readonly Head[], R> = {
  readonly [K in keyof R]: K extends keyof ParamsById<H>
    ? { readonly [P in keyof R[K]]: P extends keyof ParamsById<H>[K] ? R[K][P] : never }
    : never;
};

/**
 * The outcome of each requested head, typed by its task; one of a head that may not have been requested, since the type
 * of the requests leaves that open, may be undefined.
 */
export type Outcomes<H extends readonly Head[], R> = {
  readonly [K in keyof R as K extends keyof AnswersById<H> ? K : never]: Outcome<
    AnswersById<H>[K & keyof AnswersById<H>]
  >;
};

/** Encodes an image once and runs any of its heads on it. */
export interface Zoo<H extends readonly Head[] = readonly Head[]> {
  /** Frozen. */
  readonly heads: { readonly [I in keyof H]: HeadDescription<ManifestOf<H[I]>> };
  /** What it takes of one image: whoever stores images first can refuse by the same limits. */
  readonly limits: DecodeLimits;
  /**
   * Runs every head asked for on one embedding of `image` (the bytes of a file, copied at once: the caller may reuse
   * them; or a source of `createImageSource`, which is neither copied nor hashed again, and whose view holds unless the
   * options have one); only those come back, each typed by its task, as data of the caller's own. Rejects when nothing
   * can be answered (the image cannot be read, a head is unknown); a head that fails is an outcome.
   */
  analyze<const R extends HeadRequests<H>>(
    image: Uint8Array | ImageSource,
    requests: R & Spelt<H, R>,
    options?: AnalyzeOptions,
  ): Promise<Outcomes<H, R>>;
  /**
   * Fetches what is not there of the weights of all heads and encoders, and verifies all of it, so that the first image
   * waits for no network. Opens no model. Rejects with WEIGHTS_UNAVAILABLE or WEIGHTS_CORRUPT; a second call goes on
   * where it stopped.
   */
  prefetch(options?: ZooPrefetchOptions): Promise<void>;
  runtime(): ZooRuntime;
  /** Takes no more calls, which reject with BACKEND_UNAVAILABLE from then on, and resolves when those it has ended. */
  close(): Promise<void>;
  /** As `close`: for `await using`. */
  [Symbol.asyncDispose](): Promise<void>;
}
