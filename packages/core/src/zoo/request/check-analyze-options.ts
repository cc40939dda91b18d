import type { AnalyzeOptions, MaskEncoding, OutOfDomain } from '../../contract/index.js';
import { readGiven } from '../../contract/params/read-given.js';
import { checkImageView } from '../../image/decoding/check-view.js';
import type { WatchedOptions } from '../../sessions/scheduling/device-scheduler.js';
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
} from '../config/check-options.js';

/** No option is a longer list; one is refused without being read. */
const MOST_ITEMS = 64;

const ENCODINGS = Object.keys({ polygons: true, png: true, probabilities: true } satisfies Record<MaskEncoding, true>);

const OUT_OF_DOMAIN = Object.keys({ refuse: true, warn: true } satisfies Record<OutOfDomain, true>);

const OPTIONS: Expectations<AnalyzeOptions & Pick<WatchedOptions, 'onRun'>> = {
  signal: { expected: 'an AbortSignal', is: (value) => value instanceof AbortSignal },
  deadlineMs: milliseconds(0, Infinity),
  priority: checkedElsewhere,
  caller: checkedElsewhere,
  trace: aString,
  encodings: aListOf(oneOf(...ENCODINGS), `a list of ${ENCODINGS.join(', ')}`, MOST_ITEMS),
  polygonTolerance: aNumber('pixels', 0),
  outOfDomain: oneOf(...OUT_OF_DOMAIN),
  view: checkedElsewhere,
  onRun: aFunction,
};

/**
 * The options of a call as plain data of their own, since what was given may be a Proxy, or change while the call runs. Throws
 * INVALID_PARAM, before any work, for an unknown option, or a value that its option cannot have.
 */
export function checkAnalyzeOptions(given: unknown = {}): WatchedOptions {
  return readGiven('The options', () => {
    const options: unknown = typeof given === 'object' && given !== null ? copyOptions(given) : given;
    checkOptions(options, OPTIONS, { code: 'INVALID_PARAM', what: 'Options' });
    const checked = options as WatchedOptions;
    if (checked.view !== undefined) checkImageView(checked.view);
    return checked;
  });
}

/** `view.window.center` is the deepest value. */
const COPY_DEPTH = 2;

/** Each is read once. Options may also be getters of a class; one that is undefined was left out. */
function copyOptions(given: object): Record<string, unknown> {
  const names = new Set([...Object.keys(OPTIONS), ...Object.keys(given)]);
  const copy: Record<string, unknown> = {};
  for (const name of names) {
    const value: unknown = (given as Record<string, unknown>)[name];
    if (value !== undefined) copy[name] = copyValue(value, COPY_DEPTH);
  }
  return copy;
}

/** Lists and plain objects are copied, as deep as any option goes. A signal has a life of its own. */
function copyValue(value: unknown, depth: number): unknown {
  if (Array.isArray(value)) return value.length > MOST_ITEMS ? value : Array.from(value as readonly unknown[]);
  if (typeof value !== 'object' || value === null || value instanceof AbortSignal) return value;
  if (depth === 0) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, copyValue(inner, depth - 1)]));
}
