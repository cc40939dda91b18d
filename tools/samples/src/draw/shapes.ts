/** x, y */
export type Vec = readonly [number, number];

/** Distance to a shape's edge, negative inside, in the units of x and y. */
export type Shape = (x: number, y: number) => number;

/** 0 up to `from`, 1 beyond `to` (which may be the lower one), smooth between. */
export function smoothstep(from: number, to: number, value: number): number {
  const share = clamp((value - from) / (to - from), 0, 1);
  return share * share * (3 - 2 * share);
}

export function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}

export function mix(from: number, to: number, share: number): number {
  return from + (to - from) * share;
}

/** A bell curve: 1 at 0, 0.6 at one `width`, next to nothing at three. */
export function bell(distance: number, width: number): number {
  return Math.exp(-0.5 * (distance / width) ** 2);
}

/** An ellipse turned by `angle` radians. The distance is exact at the edge and a good guess near it. */
export function ellipse([centreX, centreY]: Vec, [radiusX, radiusY]: Vec, angle = 0): Shape {
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  return (x, y) => {
    const along = ((x - centreX) * cos + (y - centreY) * sin) / radiusX;
    const across = ((y - centreY) * cos - (x - centreX) * sin) / radiusY;
    const radius = Math.hypot(along, across);
    const slope = Math.hypot(along / radiusX, across / radiusY);
    return slope === 0 ? -Math.min(radiusX, radiusY) : (radius * (radius - 1)) / slope;
  };
}

/** A smooth closed line through the points (Catmull-Rom). */
export function smoothOutline(points: readonly Vec[], steps = 6): Shape {
  const line = points.flatMap((_, index) => {
    const [before, from, to, after] = [-1, 0, 1, 2].map((offset) => points.at((index + offset) % points.length)!) as [
      Vec,
      Vec,
      Vec,
      Vec,
    ];
    return Array.from({ length: steps }, (_, step): Vec => {
      const along = (axis: 0 | 1): number => catmullRom(before[axis], from[axis], to[axis], after[axis], step / steps);
      return [along(0), along(1)];
    });
  });
  return polygon(line);
}

/** The area within a closed line of straight stretches. */
export function polygon(points: readonly Vec[]): Shape {
  return (x, y) => {
    let nearest = Infinity;
    let isInside = false;
    for (let index = 0; index < points.length; index += 1) {
      const [fromX, fromY] = points[index]!;
      const [toX, toY] = points[(index + 1) % points.length]!;
      const [acrossX, acrossY] = [toX - fromX, toY - fromY];
      const share = clamp(((x - fromX) * acrossX + (y - fromY) * acrossY) / (acrossX ** 2 + acrossY ** 2), 0, 1);
      nearest = Math.min(nearest, (x - fromX - share * acrossX) ** 2 + (y - fromY - share * acrossY) ** 2);
      if (fromY > y !== toY > y && x < fromX + ((y - fromY) / acrossY) * acrossX) isInside = !isInside;
    }
    return isInside ? -Math.sqrt(nearest) : Math.sqrt(nearest);
  };
}

/** Both shapes, melting into one another over about `softness`. */
export function join(a: Shape, b: Shape, softness: number): Shape {
  return (x, y) => {
    const [first, second] = [a(x, y), b(x, y)];
    const share = clamp(0.5 + (0.5 * (second - first)) / softness, 0, 1);
    return mix(second, first, share) - softness * share * (1 - share);
  };
}

/** The shape with an edge that wanders by `wander(x, y)` outwards. */
export function roughen(shape: Shape, wander: (x: number, y: number) => number): Shape {
  return (x, y) => shape(x, y) - wander(x, y);
}

function catmullRom(before: number, from: number, to: number, after: number, share: number): number {
  const bend = 2 * before - 5 * from + 4 * to - after;
  const twist = 3 * from - 3 * to + after - before;
  return 0.5 * (2 * from + (to - before) * share + bend * share ** 2 + twist * share ** 3);
}
