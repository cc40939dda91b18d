import type { Size } from '@medzoo/core';
import { CommandError } from '../command-error.js';

/** Up to as many levels were written by no lossy format: none of them is a shade of another. */
const FEW_LEVELS = 4;
/** With more, what is as near to 0 or to the highest is a shade of it, by share of the highest. */
const NEARNESS = 1 / 8;
/** As much of the mask may be flat and grey all the same, by share of the mask. */
const TOLERANCE = 0.02;
const SHOWN_LEVELS = 6;

/**
 * Refuses a mask whose areas have several levels: objects that are numbered 1, 2, 3, or classes. Half of the highest would be no border
 * there. The greys of a rim, which a scaler or JPEG leaves, do not count: they differ from pixel to pixel, and an area does not.
 */
export function checkLevels(strengths: Uint16Array, { width, height }: Size): void {
  const levels = new Set(strengths);
  const highest = strengths.reduce((a, b) => Math.max(a, b), 0);
  const margin = levels.size > FEW_LEVELS ? highest * NEARNESS : 0;

  let masked = 0;
  const flat = new Map<number, number>();
  for (let index = 0; index < strengths.length; index += 1) {
    const strength = strengths[index]!;
    if (strength <= margin) continue;
    masked += 1;
    if (strength < highest - margin && isFlat(strengths, index, width, height)) {
      flat.set(strength, (flat.get(strength) ?? 0) + 1);
    }
  }
  const between = [...flat.values()].reduce((sum, count) => sum + count, 0);
  if (between <= masked * TOLERANCE) return;
  const areas = [...flat.keys(), highest].sort((a, b) => a - b);
  throw new CommandError(
    `Expected two levels, 0 and one other such as 255; got areas of ${list(areas)}, which may be numbers of objects or classes. ` +
      'Write a mask that is 255 where the target is and 0 elsewhere.',
  );
}

/** Whether the pixels beside, above and below are as it is. */
function isFlat(strengths: Uint16Array, index: number, width: number, height: number): boolean {
  const [x, y] = [index % width, Math.floor(index / width)];
  const strength = strengths[index];
  return (
    (x === 0 || strengths[index - 1] === strength) &&
    (x === width - 1 || strengths[index + 1] === strength) &&
    (y === 0 || strengths[index - width] === strength) &&
    (y === height - 1 || strengths[index + width] === strength)
  );
}

function list(levels: readonly number[]): string {
  if (levels.length <= SHOWN_LEVELS) return levels.join(', ');
  return `${levels.slice(0, SHOWN_LEVELS - 1).join(', ')} … ${levels.at(-1)!} (${levels.length} levels)`;
}
