import { inspect } from 'node:util';
import { didYouMean, SLICE_DIRECTIONS, ZooError, type ImageView, type WindowFunction } from '../../contract/index.js';

const FUNCTIONS = Object.keys({ LINEAR: true, LINEAR_EXACT: true, SIGMOID: true } satisfies Record<
  WindowFunction,
  true
>);

/** Throws INVALID_PARAM for what is no view. */
export function checkImageView(view: unknown): asserts view is ImageView {
  const { frame, window, slices } = readObject('view', view, ['frame', 'window', 'slices']);
  if (frame !== undefined && !(Number.isSafeInteger(frame) && (frame as number) >= 0)) {
    throw invalid('view.frame', 'a whole number from 0, which is the first frame', frame);
  }
  if (slices !== undefined && !SLICE_DIRECTIONS.some((direction) => direction === slices)) {
    throw invalid('view.slices', `one of ${SLICE_DIRECTIONS.join(', ')}`, slices);
  }
  if (window !== undefined) checkWindow(window);
}

function checkWindow(window: unknown): void {
  const { center, width, function: shape } = readObject('view.window', window, ['center', 'width', 'function']);
  if (!Number.isFinite(center)) throw invalid('view.window.center', 'a number, in stored values', center);
  if (!(Number.isFinite(width) && (width as number) > 0)) {
    throw invalid('view.window.width', 'a number above 0, in stored values', width);
  }
  if (shape !== undefined && !FUNCTIONS.some((name) => name === shape)) {
    throw invalid('view.window.function', `one of ${FUNCTIONS.join(', ')}`, shape);
  }
}
function readObject(name: string, value: unknown, known: readonly string[]): Readonly<Record<string, unknown>> {
  const keys = `${known.slice(0, -1).join(', ')} and ${known.at(-1)!}`;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw invalid(name, `an object with ${keys}`, value);
  }
  const strange = Object.keys(value).find((key) => !known.includes(key));
  if (strange !== undefined) {
    const spelling = didYouMean(strange, known);
    const message = `There is no option ${name}.${strange.slice(0, 64)}; there are ${keys}.${spelling}`;
    throw new ZooError('INVALID_PARAM', message, { details: { param: name } });
  }
  return value as Readonly<Record<string, unknown>>;
}

function invalid(param: string, expected: string, found: unknown): ZooError {
  const shown = inspect(found, { depth: 0, maxArrayLength: 4, maxStringLength: 40, breakLength: Infinity });
  return new ZooError('INVALID_PARAM', `${param} is ${expected}; got ${shown}.`, { details: { param } });
}
