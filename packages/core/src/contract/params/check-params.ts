import { didYouMean } from '../text/closest-name.js';
import { ZooError } from '../errors/errors.js';
import { maxItemsOf } from './max-items.js';
import type { ParamSpec, ParamSpecs, ParamValues, PromptPoint } from './params.js';
import { readGiven } from './read-given.js';
import { cutName, showValue } from '../text/show-value.js';
import type { Box, Point, Size } from '../backend/tensor.js';

/**
 * Fills in defaults and checks what was given, which may be anything, against the head's `specs`; throws INVALID_PARAM.
 * What it gives back is plain data of its own. A refusal is cheap: lists are measured before they are read, and nothing
 * is read deeper than a param goes. `labels` are the trained model's. Points and boxes are held against the image by
 * `checkPromptsInImage`.
 */
export function checkParams<const P extends ParamSpecs>(
  specs: P,
  given: Readonly<Record<string, unknown>>,
  labels: readonly string[],
): ParamValues<P> {
  return readGiven('The params', () => {
    const unknown = Object.keys(given).find((name) => !Object.hasOwn(specs, name));
    if (unknown !== undefined) throw unknownParam(unknown, Object.keys(specs));
    const values = Object.entries(specs).map(([name, spec]) => [
      name,
      checkParam(name, spec, given[name] ?? undefined, labels),
    ]);
    return Object.fromEntries(values) as ParamValues<P>;
  });
}

/** Throws INVALID_PARAM for a prompt point or box that is not inside an image of this size. */
export function checkPromptsInImage(specs: ParamSpecs, values: Readonly<Record<string, unknown>>, image: Size): void {
  const isOutside = ({ x, y }: Point): boolean => x < 0 || y < 0 || x > image.width || y > image.height;
  for (const [name, { type }] of Object.entries(specs)) {
    const corners =
      type === 'points' ? (values[name] as readonly PromptPoint[]) : type === 'box' ? cornersOf(values[name]) : [];
    const outside = corners.find(isOutside);
    if (!outside) continue;
    const expected = `inside the image, which is ${image.width} pixels wide and ${image.height} high`;
    throw invalidParam(name, expected, `a corner or point at x ${outside.x}, y ${outside.y}`);
  }
}

function cornersOf(box: unknown): Point[] {
  if (box === undefined) return [];
  const { x, y, width, height } = box as Box;
  return [
    { x, y },
    { x: x + width, y: y + height },
  ];
}

/** `given` is undefined where the caller left the param out. */
function checkParam(name: string, spec: ParamSpec, given: unknown, labels: readonly string[]): unknown {
  switch (spec.type) {
    case 'number':
      return checkNumber(name, spec, given ?? spec.default);
    case 'boolean':
      if (given === undefined) return spec.default;
      if (typeof given !== 'boolean') throw invalidParam(name, 'true or false', showValue(given));
      return given;
    case 'choice':
      return checkOption(name, given ?? spec.default, spec.options);
    case 'labels':
      return given === undefined ? labels : checkLabelList(name, given, maxItemsOf(spec, labels)!, labels);
    case 'points':
      return given === undefined ? [] : checkPointList(name, given, maxItemsOf(spec, labels)!);
    case 'box':
      return given === undefined ? undefined : checkBox(name, given);
  }
}

function checkNumber(
  name: string,
  { min, max }: { readonly min?: number; readonly max?: number },
  given: unknown,
): number {
  const range = [...(min === undefined ? [] : [`from ${min}`]), ...(max === undefined ? [] : [`to ${max}`])].join(' ');
  const isValid = isFiniteNumber(given) && given >= (min ?? -Infinity) && given <= (max ?? Infinity);
  if (!isValid) throw invalidParam(name, `a number ${range}`.trim(), showValue(given));
  return given;
}

function checkOption(name: string, given: unknown, options: readonly string[]): string {
  if (typeof given === 'string' && options.includes(given)) return given;
  const hint = typeof given === 'string' ? didYouMean(given, options) : '';
  throw invalidParam(name, `one of ${options.join(', ')}`, showValue(given), hint);
}

function checkLabelList(name: string, given: unknown, maxItems: number, labels: readonly string[]): readonly string[] {
  const list = checkList(name, given, maxItems, `labels of the model: ${labels.join(', ')}`);
  const checked = list.map((label) => checkOption(name, label, labels));
  const twice = checked.find((label, index) => checked.indexOf(label) < index);
  if (twice !== undefined) throw invalidParam(name, 'a list that names each label once', `"${twice}" twice`);
  return checked;
}

function checkPointList(name: string, given: unknown, maxItems: number): readonly PromptPoint[] {
  const list = checkList(name, given, maxItems, 'points such as { x: 10, y: 20, positive: true }');
  return list.map((point) => checkPoint(name, point));
}

/** A list of its own, whatever kind of array was given, once it is known to be short enough. */
function checkList(name: string, given: unknown, maxItems: number, expected: string): readonly unknown[] {
  if (!Array.isArray(given) || given.length === 0)
    throw invalidParam(name, `a list of at least one of the ${expected}`, showValue(given));
  const { length } = given;
  if (length > maxItems) throw invalidParam(name, `a list of at most ${maxItems} of the ${expected}`, `${length}`);
  return Array.from({ length }, (_, index) => given[index] as unknown);
}

function checkPoint(name: string, given: unknown): PromptPoint {
  const { x, y, positive = true, ...rest } = asRecord(given);
  if (isFiniteNumber(x) && isFiniteNumber(y) && typeof positive === 'boolean' && isEmpty(rest))
    return { x, y, positive };
  throw invalidParam(
    name,
    'points of x and y in image pixels and optionally positive (true or false)',
    showValue(given),
  );
}

function checkBox(name: string, given: unknown): Box {
  const { x, y, width, height, ...rest } = asRecord(given);
  const isBox =
    isFiniteNumber(x) && isFiniteNumber(y) && isFiniteNumber(width) && isFiniteNumber(height) && isEmpty(rest);
  if (isBox && width > 0 && height > 0) return { x, y, width, height };
  throw invalidParam(
    name,
    'a box of x, y, width and height in image pixels, width and height above 0',
    showValue(given),
  );
}

function asRecord(given: unknown): Readonly<Record<string, unknown>> {
  return typeof given === 'object' && given !== null && !Array.isArray(given) ? (given as Record<string, unknown>) : {};
}

function isEmpty(rest: object): boolean {
  return Object.keys(rest).length === 0;
}

function isFiniteNumber(given: unknown): given is number {
  return typeof given === 'number' && Number.isFinite(given);
}

function invalidParam(name: string, expected: string, came: string, hint = ''): ZooError {
  return new ZooError('INVALID_PARAM', `Param "${name}" must be ${expected}; got ${came}.${hint}`, {
    details: { param: name, expected },
  });
}

function unknownParam(name: string, known: readonly string[]): ZooError {
  const list = known.length === 0 ? 'This head takes no params' : `This head takes ${known.join(', ')}`;
  return new ZooError('INVALID_PARAM', `There is no param "${cutName(name)}". ${list}.${didYouMean(name, known)}`, {
    details: { param: cutName(name), known },
  });
}
