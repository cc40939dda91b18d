import { CommandError } from '../command-error.js';
import type { Layer } from './choose-layer.js';
import type { PixelValues } from './decode-mask.js';

/** Up to as many levels were written by no lossy format: none of them is a shade of another. */
const FEW_LEVELS = 4;
/** With more, what is as near to 0 or to the target's level is a shade of it, by share of the highest value. */
const NEARNESS = 1 / 8;
/** As much of the mask may be of another level all the same, by share of the mask. */
const TOLERANCE = 0.02;
/**
 * From this share of the mask on, its greys are worth a warning: with a rim of greys alone, half of the highest value
 * is the border.
 */
const SOFT_SHARE = 0.1;
const SHOWN_LEVELS = 6;

const ADVICE = 'Write a mask that is 255 where the target is and 0 elsewhere.';

export interface Levels {
  /** The brightest channel of each pixel, [height, width]. */
  readonly strengths: Float64Array;
  /** A pixel is mask if its strength exceeds this. */
  readonly half: number;
  /** Whether a large part of the mask is neither background nor target. */
  readonly isSoft: boolean;
  /** The target's value in the file, in words, where the mask has it and 0 alone. */
  readonly level: string | undefined;
}

/**
 * Finds the two levels of a mask, 0 and one other. A CommandError where there are more, such as objects that are
 * numbered 1, 2, 3, or classes in greys or colours, and where there is no 0. The greys of a rim, which a scaler or JPEG
 * leaves, do not count: they differ from pixel to pixel, and an area does not.
 */
export function measureLevels(layer: Layer): Levels {
  checkNumbers(layer.values);
  const strengths = strengthsOf(layer);
  const highest = strengths.reduce((a, b) => Math.max(a, b), 0);
  const codes = codesOf(layer);
  const levels = new Set(codes);
  const isFew = levels.size <= FEW_LEVELS;
  const canHaveShades = layer.fullValues.some((full) => highest <= full && highest >= full * (1 - NEARNESS));
  const margin = isFew || !canHaveShades ? 0 : highest * NEARNESS;
  checkBackground(strengths, levels.size, margin);

  const target = targetOf(strengths, codes, highest);
  let masked = 0;
  let others = 0;
  const flat = new Map<number, number>();
  const foreign = new Map<number, number>();
  const count = (counts: Map<number, number>, pixel: number): unknown =>
    counts.set(codes[pixel]!, (counts.get(codes[pixel]!) ?? 0) + 1);
  for (let pixel = 0; pixel < codes.length; pixel += 1) {
    if (strengths[pixel]! <= margin) continue;
    masked += 1;
    const apart = distance(layer, pixel, target);
    if (apart <= margin) continue;
    others += 1;
    if (isFlat(codes, pixel, layer)) count(flat, pixel);
    if (apart > highest / 2 && strengths[pixel]! > highest / 2) count(foreign, pixel);
  }
  if (sum(flat) > masked * TOLERANCE) throw severalLevels([...flat.keys(), codes[target]!]);
  if (sum(foreign) > masked * SOFT_SHARE) throw severalLevels([mostFrequent(foreign), codes[target]!]);
  if (others > masked * TOLERANCE) {
    if (isFew && !areShades(strengths, codes, highest)) throw severalLevels([...levels].filter((code) => code !== 0));
    if (!canHaveShades) throw tooManyLevels(levels.size, highest);
  }
  const level = levels.size <= 2 && highest > 0 ? nameLevel(codes[target]!) : undefined;
  return { strengths, half: highest / 2, isSoft: others > masked * SOFT_SHARE, level };
}

function strengthsOf({ values, channels }: Layer): Float64Array {
  const strengths = new Float64Array(values.length / channels);
  for (let index = 0; index < values.length; index += 1) {
    const pixel = Math.floor(index / channels);
    strengths[pixel] = Math.max(strengths[pixel]!, values[index]!);
  }
  return strengths;
}

function checkNumbers(values: PixelValues): void {
  for (const value of values) {
    if (Number.isFinite(value) && value >= 0) continue;
    throw new CommandError(`Expected a mask of values from 0 up; got ${value}. ${ADVICE}`);
  }
}

/** Without a 0 nobody knows which of the levels is the background. One level alone is a mask of the whole image. */
function checkBackground(strengths: Float64Array, levels: number, margin: number): void {
  const lowest = strengths.reduce((a, b) => Math.min(a, b), Infinity);
  if (levels === 1 || lowest <= margin) return;
  throw new CommandError(`Expected a mask whose background is 0; got values from ${lowest} up. ${ADVICE}`);
}

/** The colour of each pixel as one number; grey ones are their value, so that messages can name them. */
function codesOf({ values, channels }: Layer): Float64Array {
  if (channels === 1) return Float64Array.from(values);
  return Float64Array.from({ length: values.length / 3 }, (_, pixel) => {
    const [red, green, blue] = [values[pixel * 3]!, values[pixel * 3 + 1]!, values[pixel * 3 + 2]!];
    return red === green && green === blue ? red : -1 - ((red * 65536 + green) * 65536 + blue);
  });
}

/** A pixel of the target's colour: of greys the highest, of colours the one that most bright pixels have. */
function targetOf(strengths: Float64Array, codes: Float64Array, highest: number): number {
  if (codes.every((code) => code >= 0)) return strengths.indexOf(highest);
  const counts = new Map<number, number>();
  for (const [pixel, code] of codes.entries()) {
    if (strengths[pixel]! > highest / 2) counts.set(code, (counts.get(code) ?? 0) + 1);
  }
  return codes.indexOf(mostFrequent(counts));
}

function mostFrequent(counts: ReadonlyMap<number, number>): number {
  return [...counts].reduce((best, entry) => (entry[1] > best[1] ? entry : best))[0];
}

function sum(counts: ReadonlyMap<number, number>): number {
  return [...counts.values()].reduce((total, count) => total + count, 0);
}

/** Between the colours of two pixels: the largest difference of a channel. */
function distance({ values, channels }: Layer, pixel: number, other: number): number {
  let most = 0;
  for (let channel = 0; channel < channels; channel += 1) {
    most = Math.max(most, Math.abs(values[pixel * channels + channel]! - values[other * channels + channel]!));
  }
  return most;
}

/** Whether the pixels beside, above and below have the same colour. */
function isFlat(codes: Float64Array, index: number, { width, height }: Layer): boolean {
  const [x, y] = [index % width, Math.floor(index / width)];
  const code = codes[index];
  return (
    (x === 0 || codes[index - 1] === code) &&
    (x === width - 1 || codes[index + 1] === code) &&
    (y === 0 || codes[index - width] === code) &&
    (y === height - 1 || codes[index + width] === code)
  );
}

/** Whether a few levels can be a target and its rim: those near 0 or near the highest are classes. */
function areShades(strengths: Float64Array, codes: Float64Array, highest: number): boolean {
  const levels = [...new Map(Array.from(codes, (code, pixel) => [code, strengths[pixel]!] as const)).values()];
  const between = levels.filter((strength) => strength > 0).sort((a, b) => a - b);
  return between.slice(0, -1).every((one) => one >= highest * NEARNESS && one <= highest * (1 - NEARNESS));
}

function severalLevels(codes: readonly number[]): CommandError {
  const sorted = [...new Set(codes)].sort((a, b) => a - b).map(nameLevel);
  return new CommandError(
    `Expected two levels, 0 and one other such as 255; got areas of ${list(sorted)}, which may be numbers of ` +
      `objects or classes. ${ADVICE}`,
  );
}

/** Values that differ from pixel to pixel and do not reach what a mask at full value would. */
function tooManyLevels(levels: number, highest: number): CommandError {
  return new CommandError(
    `Expected two levels, 0 and one other such as 255; got ${levels} levels up to ${highest}, which may be ` +
      `numbers of objects, classes or probabilities. ${ADVICE}`,
  );
}

function nameLevel(code: number): string {
  if (code >= 0) return String(code);
  const packed = -1 - code;
  const channel = (place: number): number => Math.floor(packed / 65536 ** place) % 65536;
  return `rgb(${channel(2)} ${channel(1)} ${channel(0)})`;
}

function list(levels: readonly string[]): string {
  if (levels.length <= SHOWN_LEVELS) return levels.join(', ');
  return `${levels.slice(0, SHOWN_LEVELS - 1).join(', ')} … ${levels.at(-1)!} (${levels.length} levels)`;
}
