import type { Point } from '../../contract/index.js';
import { findCrossings, type Side } from './find-crossings.js';
import type { Ring } from '../masks/trace-rings.js';

/** A ring's points and which of them stay: uint8 [points], 1 for those. */
interface Outline {
  readonly points: readonly Point[];
  kept: Uint8Array;
}

/** From a point that stays to the next: a side of the simplified ring, and what it takes the place of. */
interface Chord extends Side {
  readonly first: number;
  /** May pass the ring's end and go on from its beginning. */
  readonly last: number;
}

/**
 * Of a ring's points, one in so many stays in any case: the search for the worst one is then linear in the ring,
 * whatever its shape.
 */
const FIXED_EVERY = 256;

/** After so many rounds the rings that still cross something are taken as they were. */
const MOST_ROUNDS = 32;

/**
 * Leaves out points of the rings of one mask that lie closer than `tolerance` pixels to what is left (Ramer, Douglas
 * and Peucker). Rings that the outline of a mask cannot be are not made: where sides would cross, or a ring would
 * change to another side of its neighbour, more points stay, and a ring that is smaller than the tolerance keeps its
 * shape.
 */
export function simplifyRings(rings: readonly Ring[], tolerance: number): Point[][] {
  const touching = findTouching(rings);
  const outlines = rings.map(({ points }): Outline => ({ points, kept: reduce(points, tolerance, touching) }));
  for (let round = 0; ; round += 1) {
    const chords = outlines.flatMap(chordsOf);
    const crossing = [...findCrossings(chords)].map((index) => chords[index]!);
    const wrong = crossing.length > 0 ? crossing : findPassed(chords, outlines);
    if (wrong.length === 0) break;
    for (const chord of wrong) {
      const { kept } = outlines[chord.ring]!;
      if (round >= MOST_ROUNDS) kept.fill(1);
      else keepWorst(outlines[chord.ring]!, chord);
    }
  }
  return outlines.map(({ points, kept }) => points.filter((_, index) => kept[index] === 1));
}

/** Points at which two rings touch. They stay, as do those beside them, so that the rings touch in the same way. */
function findTouching(rings: readonly Ring[]): Set<string> {
  const seen = new Set<string>();
  const touching = new Set<string>();
  for (const { points } of rings) {
    for (const point of points) {
      const key = keyOf(point);
      if (seen.has(key)) touching.add(key);
      seen.add(key);
    }
  }
  return touching;
}

function keyOf({ x, y }: Point): string {
  return `${x},${y}`;
}

/** Which points of one ring stay. A ring keeps three points, and half of its area at the least. */
function reduce(points: readonly Point[], tolerance: number, touching: ReadonlySet<string>): Uint8Array {
  const fixed = new Uint8Array(points.length);
  points.forEach((point, index) => {
    if (!touching.has(keyOf(point))) return;
    for (const near of [index - 1, index, index + 1]) fixed[(near + points.length) % points.length] = 1;
  });
  if (!fixed.includes(1)) fixed[0] = fixed[indexFarthestFrom(points, points[0]!)] = 1;
  for (let index = 0; index < points.length; index += FIXED_EVERY) fixed[index] = 1;
  const area = signedArea(points);
  // Beyond its length a tolerance says no more, and an infinite one would be halved for ever.
  for (let within = Math.min(tolerance, points.length); within > 0.1; within /= 2) {
    const outline = { points, kept: Uint8Array.from(fixed) };
    const pending = chordsOf(outline, 0);
    for (let chord = pending.pop(); chord; chord = pending.pop()) {
      const { index, distance } = findWorst(points, chord);
      if (distance <= within) continue;
      outline.kept[index % points.length] = 1;
      pending.push(...splitAt(points, chord, index));
    }
    const left = points.filter((_, index) => outline.kept[index] === 1);
    if (left.length > 2 && signedArea(left) / area >= 0.5) return outline.kept;
  }
  return fixed.fill(1);
}

function chordsOf({ points, kept }: Outline, ring: number): Chord[] {
  const at = [...kept.keys()].filter((index) => kept[index] === 1);
  return at.map((first, place) => {
    const last = at[place + 1] ?? at[0]! + points.length;
    return { ring, first, last, from: points[first]!, to: points[last % points.length]! };
  });
}

function splitAt(points: readonly Point[], { ring, first, last, from, to }: Chord, index: number): [Chord, Chord] {
  const middle = points[index % points.length]!;
  return [
    { ring, first, last: index, from, to: middle },
    { ring, first: index, last, from: middle, to },
  ];
}

/** The point, of those between its ends, that lies farthest from the chord; its index is -1 if there is none. */
function findWorst(points: readonly Point[], { first, last, from, to }: Chord): { index: number; distance: number } {
  let worst = { index: -1, distance: -1 };
  for (let index = first + 1; index < last; index += 1) {
    const distance = distanceToSide(points[index % points.length]!, from, to);
    if (distance > worst.distance) worst = { index, distance };
  }
  return worst;
}

function keepWorst({ points, kept }: Outline, chord: Chord): void {
  const { index } = findWorst(points, chord);
  if (index >= 0) kept[index % points.length] = 1;
}

/**
 * Chords that have changed sides with a whole ring, which crosses nothing: it lies between the chord and the points
 * left out.
 */
function findPassed(chords: readonly Chord[], outlines: readonly Outline[]): readonly Chord[] {
  if (outlines.length < 2) return [];
  const starts = outlines
    .map(({ points }, ring) => ({ ring, point: points[0]! }))
    .sort((a, b) => a.point.x - b.point.x);
  return chords.filter((chord) => {
    if (chord.last - chord.first < 2) return false;
    const { points } = outlines[chord.ring]!;
    const between = Array.from({ length: chord.last - chord.first + 1 }, (_, step) => {
      return points[(chord.first + step) % points.length]!;
    });
    const [left, right] = rangeOf(between.map(({ x }) => x));
    for (let at = lowerBound(starts, left); at < starts.length && starts[at]!.point.x <= right; at += 1) {
      const { ring, point } = starts[at]!;
      if (ring !== chord.ring && isInside(between, point)) return true;
    }
    return false;
  });
}

function rangeOf(values: readonly number[]): readonly [number, number] {
  return values.reduce(
    ([least, most], value) => [Math.min(least, value), Math.max(most, value)],
    [Infinity, -Infinity],
  );
}

/** The first of these, in order of x, that is not left of `x`. */
function lowerBound(starts: readonly { readonly point: Point }[], x: number): number {
  let [low, high] = [0, starts.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (starts[middle]!.point.x < x) low = middle + 1;
    else high = middle;
  }
  return low;
}

function isInside(ring: readonly Point[], { x, y }: Point): boolean {
  let inside = false;
  ring.forEach((a, index) => {
    const b = ring[(index + 1) % ring.length]!;
    if (a.y > y !== b.y > y && x < a.x + ((y - a.y) / (b.y - a.y)) * (b.x - a.x)) inside = !inside;
  });
  return inside;
}

function indexFarthestFrom(points: readonly Point[], from: Point): number {
  let [farthest, most] = [0, -1];
  points.forEach(({ x, y }, index) => {
    const distance = Math.hypot(x - from.x, y - from.y);
    if (distance > most) [farthest, most] = [index, distance];
  });
  return farthest;
}

function distanceToSide({ x, y }: Point, from: Point, to: Point): number {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const squared = dx * dx + dy * dy;
  const along = squared === 0 ? 0 : Math.min(1, Math.max(0, ((x - from.x) * dx + (y - from.y) * dy) / squared));
  return Math.hypot(x - from.x - along * dx, y - from.y - along * dy);
}

/** Positive for rings that run clockwise as seen, y down. */
export function signedArea(points: readonly Point[]): number {
  const twice = points.reduce((sum, { x, y }, index) => {
    const next = points[(index + 1) % points.length]!;
    return sum + x * next.y - next.x * y;
  }, 0);
  return twice / 2;
}
