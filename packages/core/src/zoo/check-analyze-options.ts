import type { AnalyzeOptions, MaskEncoding } from '../contract/index.js';
import { checkImageView } from '../image/decoding/check-view.js';
import type { WatchedOptions } from '../sessions/run-in-turn.js';
import {
  aFunction,
  aListOf,
  aNumber,
  aString,
  checkedElsewhere,
  checkOptions,
  milliseconds,
  oneOf,
  type Expectations,
} from './check-options.js';

const ENCODINGS = Object.keys({ polygons: true, png: true, probabilities: true } satisfies Record<MaskEncoding, true>);

const OPTIONS: Expectations<AnalyzeOptions & Pick<WatchedOptions, 'onRun'>> = {
  signal: { expected: 'an AbortSignal', is: (value) => value instanceof AbortSignal },
  deadlineMs: milliseconds(0, Infinity),
  priority: checkedElsewhere,
  caller: checkedElsewhere,
  trace: aString,
  encodings: aListOf(oneOf(...ENCODINGS), `a list of ${ENCODINGS.join(', ')}`),
  polygonTolerance: aNumber('pixels', 0),
  view: checkedElsewhere,
  onRun: aFunction,
};

/** Throws INVALID_PARAM, before any work, for an option that there is not, or that cannot be what is given. */
export function checkAnalyzeOptions(options: AnalyzeOptions): void {
  checkOptions(options, OPTIONS, { code: 'INVALID_PARAM' });
  if (options.view !== undefined) checkImageView(options.view);
}
