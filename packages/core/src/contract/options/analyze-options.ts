import type { z } from 'zod';
import { OUT_OF_DOMAIN } from '../answers/domain.js';
import { imageView } from '../image/image-view.js';
import { aNumber, aSignal, aString, listOf, maybe, milliseconds, oneOf, options } from './option-schemas.js';

export const MASK_ENCODINGS = ['polygons', 'png', 'probabilities'] as const;

/** Extra forms of a mask, made only when asked for: each costs milliseconds on a large image. */
export type MaskEncoding = (typeof MASK_ENCODINGS)[number];

/** In the order in which they are served. */
export const PRIORITIES = ['interactive', 'batch'] as const;

/** A person waits for `interactive` work; `batch` work takes what that leaves. */
export type Priority = (typeof PRIORITIES)[number];

/** No option is a longer list; one is refused without being read. */
const MOST_ITEMS = 64;

export const analyzeFields = {
  signal: maybe(aSignal),
  /** Milliseconds from the call; past it the outcome is DEADLINE_EXCEEDED. */
  deadlineMs: maybe(milliseconds(0, Infinity)),
  /** 'interactive' if left out. */
  priority: maybe(oneOf(PRIORITIES)),
  /** Who asks, in any words: callers who wait take turns, however many calls each has. All are one if left out. */
  caller: maybe(aString),
  /**
   * Comes back in every event of this call, also from a worker: a request id, a traceparent. Never what names a
   * patient.
   */
  trace: maybe(aString),
  encodings: maybe(listOf(oneOf(MASK_ENCODINGS), `a list of ${MASK_ENCODINGS.join(', ')}`, MOST_ITEMS)),
  /** Which frame of the file, and which of its values, if the default is not meant. Provenance says what was used. */
  view: maybe(imageView),
  /** How many pixels polygons may lie off the mask's outline, for fewer points; 0 (exact) if left out. */
  polygonTolerance: maybe(aNumber('pixels', 0)),
  /**
   * What becomes of an image that is not of the kind a head was trained on; 'refuse' by default. 'warn' answers all
   * the same, with `domain.inDomain` false: only for a person who looks at every answer.
   */
  outOfDomain: maybe(oneOf(OUT_OF_DOMAIN)),
};

export const analyzeOptions = options(analyzeFields);

export type AnalyzeOptions = z.infer<typeof analyzeOptions>;
