import type { Point } from '../../contract/index.js';

/** A side of a polygon, known by its ring and its place in it. */
export interface Side {
  readonly ring: number;
  readonly from: Point;
  readonly to: Point;
}

/** Of the grid by which sides near one another are found, in pixels. */
const LEAST_CELL = 2;

/**
 * The sides that cross another one or lie on it. Two that only meet in a common end do not: neighbours in a ring, and
 * rings that touch at a corner. Linear in the sides, as long as they are about as long as far apart.
 */
export function findCrossings(sides: readonly Side[]): Set<number> {
  const total = sides.reduce((sum, { from, to }) => sum + Math.hypot(to.x - from.x, to.y - from.y), 0);
  const cell = Math.max(LEAST_CELL, total / Math.max(1, sides.length));
  const byCell = new Map<number, number[]>();
  const crossing = new Set<number>();
  sides.forEach((side, index) => {
    for (const key of cellsOf(side, cell)) {
      const others = byCell.get(key);
      if (!others) {
        byCell.set(key, [index]);
        continue;
      }
      for (const other of others) {
        if (other === index || !cross(side, sides[other]!)) continue;
        crossing.add(index);
        crossing.add(other);
      }
      others.push(index);
    }
  });
  return crossing;
}

/** Cells are numbered by row and column, of which there are fewer than this. */
const COLUMNS = 2 ** 26;

/** Every cell that the side passes, and some beside it. */
function* cellsOf({ from, to }: Side, cell: number): Generator<number> {
  const [left, right] = from.x <= to.x ? [from, to] : [to, from];
  const slope = left.x === right.x ? 0 : (right.y - left.y) / (right.x - left.x);
  const yAt = (x: number): number => left.y + slope * (Math.min(Math.max(x, left.x), right.x) - left.x);
  for (let column = Math.floor(left.x / cell); column <= Math.floor(right.x / cell); column += 1) {
    const ends = left.x === right.x ? [left.y, right.y] : [yAt(column * cell), yAt((column + 1) * cell)];
    const [top, bottom] = [Math.min(...ends), Math.max(...ends)];
    for (let row = Math.floor(top / cell); row <= Math.floor(bottom / cell); row += 1) yield row * COLUMNS + column;
  }
}

function cross(a: Side, b: Side): boolean {
  const [c, d] = [turn(a, b.from), turn(a, b.to)];
  const [e, f] = [turn(b, a.from), turn(b, a.to)];
  if (c === 0 && d === 0) return overlap(a, b);
  if (c * d > 0 || e * f > 0) return false;
  return !haveCommonEnd(a, b);
}

/** Which side of `side` a point lies on: its sign, or 0 if it lies in line. Exact for whole numbers. */
function turn({ from, to }: Side, { x, y }: Point): number {
  return Math.sign((to.x - from.x) * (y - from.y) - (to.y - from.y) * (x - from.x));
}

/** Of two sides in one line: whether they have more than an end in common. */
function overlap(a: Side, b: Side): boolean {
  const axis = Math.abs(a.to.x - a.from.x) >= Math.abs(a.to.y - a.from.y) ? 'x' : 'y';
  const start = Math.max(Math.min(a.from[axis], a.to[axis]), Math.min(b.from[axis], b.to[axis]));
  const end = Math.min(Math.max(a.from[axis], a.to[axis]), Math.max(b.from[axis], b.to[axis]));
  return start < end;
}

function haveCommonEnd(a: Side, b: Side): boolean {
  return [a.from, a.to].some((end) => [b.from, b.to].some(({ x, y }) => end.x === x && end.y === y));
}
