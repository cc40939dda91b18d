import type { z } from 'zod';
import type { WeightsProgress } from '../backend/backend.js';
import { aFunction, aSignal, maybe, options } from './option-schemas.js';

/** How far a file of weights of one model has come; the last one of a file is `ready`. */
export interface ModelProgress extends WeightsProgress {
  /** Id of the head or the encoder. */
  readonly model: string;
}

export const prefetchOptions = options({
  signal: maybe(aSignal),
  /** Called about a hundred times a file that is fetched, twice one that is there. */
  onProgress: maybe(aFunction<(progress: ModelProgress) => void>()),
});

export type ZooPrefetchOptions = z.infer<typeof prefetchOptions>;
