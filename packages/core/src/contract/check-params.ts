import { didYouMean } from './closest-name.js';
import { ZooError } from './errors.js';
import type { ParamSpec, ParamSpecs, ParamValues, PromptPoint } from './params.js';
import type { Box, Point, Size } from './tensor.js';

/**
 * Fills in defaults and checks what was given (plain JSON, from anywhere) against the head's `specs`; throws INVALID_PARAM.
 * `labels` are the trained model's. Points and boxes are held against the image by `checkPromptsInImage`.
 */
export function checkParams<const P extends ParamSpecs>(
  specs: P,
  given: Readonly<Record<string, unknown>>,
  labels: readonly string[],
): ParamValues<P> {
  const unknown = Object.keys(given).find((name) => !Object.hasOwn(specs, name));
  if (unknown !== undefined) throw unknownParam(unknown, Object.keys(specs));
  const values = Object.entries(specs).map(([name, spec]) => [
    name,
    checkParam(name, spec, given[name] ?? undefined, labels),
  ]);
  return Object.fromEntries(values) as ParamValues<P>;
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
      if (typeof given !== 'boolean') throw invalidParam(name, 'true or false', show(given));
      return given;
    case 'choice':
      return checkOption(name, given ?? spec.default, spec.options);
    case 'labels':
      if (given === undefined) return labels;
      return checkList(name, given, `labels of the model: ${labels.join(', ')}`).map((label) =>
        checkOption(name, label, labels),
      );
    case 'points':
      if (given === undefined) return [];
      return checkList(name, given, 'points such as { x: 10, y: 20, positive: true }').map((point) =>
        checkPoint(name, point),
      );
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
  if (!isValid) throw invalidParam(name, `a number ${range}`.trim(), show(given));
  return given;
}

function checkOption(name: string, given: unknown, options: readonly string[]): string {
  if (typeof given === 'string' && options.includes(given)) return given;
  const hint = typeof given === 'string' ? didYouMean(given, options) : '';
  throw invalidParam(name, `one of ${options.join(', ')}`, show(given), hint);
}

function checkList(name: string, given: unknown, expected: string): readonly unknown[] {
  if (!Array.isArray(given) || given.length === 0)
    throw invalidParam(name, `a list of at least one of the ${expected}`, show(given));
  return given;
}

function checkPoint(name: string, given: unknown): PromptPoint {
  const { x, y, positive = true, ...rest } = asRecord(given);
  if (isFiniteNumber(x) && isFiniteNumber(y) && typeof positive === 'boolean' && isEmpty(rest))
    return { x, y, positive };
  throw invalidParam(name, 'points of x and y in image pixels and optionally positive (true or false)', show(given));
}

function checkBox(name: string, given: unknown): Box {
  const { x, y, width, height, ...rest } = asRecord(given);
  const isBox =
    isFiniteNumber(x) && isFiniteNumber(y) && isFiniteNumber(width) && isFiniteNumber(height) && isEmpty(rest);
  if (isBox && width > 0 && height > 0) return { x, y, width, height };
  throw invalidParam(name, 'a box of x, y, width and height in image pixels, width and height above 0', show(given));
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

/** A given value for a message: short, whatever it is. */
function show(given: unknown): string {
  const text = typeof given === 'number' ? String(given) : (stringify(given) ?? typeof given);
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}

/** JSON, but for NaN and the infinities, which JSON would call null; undefined for what JSON leaves out. */
function stringify(given: unknown): string | undefined {
  const isOdd = (value: unknown): boolean => typeof value === 'number' && !Number.isFinite(value);
  const text = JSON.stringify(given, (_, value: unknown) => (isOdd(value) ? { number: String(value) } : value));
  return (text as string | undefined)?.replaceAll(/\{"number":"(NaN|-?Infinity)"\}/g, '$1');
}

function invalidParam(name: string, expected: string, came: string, hint = ''): ZooError {
  return new ZooError('INVALID_PARAM', `Param "${name}" must be ${expected}; got ${came}.${hint}`, {
    details: { param: name, expected },
  });
}

function unknownParam(name: string, known: readonly string[]): ZooError {
  const list = known.length === 0 ? 'This head takes no params' : `This head takes ${known.join(', ')}`;
  return new ZooError('INVALID_PARAM', `There is no param "${name}". ${list}.${didYouMean(name, known)}`, {
    details: { param: name, known },
  });
}
