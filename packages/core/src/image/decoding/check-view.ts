import { inspect } from 'node:util';
import { didYouMean, ZooError, type ImageView } from '../../contract/index.js';

/** Throws INVALID_PARAM for what is no view. */
export function checkImageView(view: unknown): asserts view is ImageView {
  const { frame, window } = readObject('view', view, ['frame', 'window']);
  if (frame !== undefined && !(Number.isSafeInteger(frame) && (frame as number) >= 0)) {
    throw invalid('view.frame', 'a whole number from 0, which is the first frame', frame);
  }
  if (window === undefined) return;
  const { center, width } = readObject('view.window', window, ['center', 'width']);
  if (!Number.isFinite(center)) throw invalid('view.window.center', 'a number, in stored values', center);
  if (!(Number.isFinite(width) && (width as number) > 0)) {
    throw invalid('view.window.width', 'a number above 0, in stored values', width);
  }
}

function readObject(name: string, value: unknown, known: readonly string[]): Readonly<Record<string, unknown>> {
  const keys = known.join(' and ');
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
