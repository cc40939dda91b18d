/** A smooth random surface over the plane, -1..1, whose bumps are about 1 wide. */
export type Noise = (x: number, y: number) => number;

/** Value noise: random numbers at whole coordinates, joined by a curve without kinks. */
export function createNoise(seed: number): Noise {
  return (x, y) => {
    const [column, row] = [Math.floor(x), Math.floor(y)];
    const [across, down] = [ease(x - column), ease(y - row)];
    const above = blend(hash(column, row, seed), hash(column + 1, row, seed), across);
    const below = blend(hash(column, row + 1, seed), hash(column + 1, row + 1, seed), across);
    return blend(above, below, down);
  };
}

/** Noise of several sizes, each half as wide and half as high as the one before; -1..1, mostly within -0.5..0.5. */
export function createFractalNoise(seed: number, octaves = 4): Noise {
  const layers = Array.from({ length: octaves }, (_, index) => createNoise(seed + index * 101));
  const total = 2 - 2 ** (1 - octaves);
  return (x, y) => {
    let sum = 0;
    let scale = 1;
    for (const noise of layers) {
      sum += noise(x * scale, y * scale) / scale;
      scale *= 2;
    }
    return sum / total;
  };
}

function blend(from: number, to: number, share: number): number {
  return from + (to - from) * share;
}

function ease(share: number): number {
  return share * share * share * (share * (share * 6 - 15) + 10);
}

/** -1..1 from whole numbers: integer arithmetic only, so that no machine rounds it differently. */
function hash(x: number, y: number, seed: number): number {
  let mixed = Math.imul(x, 0x27d4eb2d) ^ Math.imul(y, 0x165667b1) ^ Math.imul(seed, 0x9e3779b1);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return ((mixed ^ (mixed >>> 16)) >>> 0) / 2 ** 31 - 1;
}
