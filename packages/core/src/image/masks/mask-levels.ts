import type { MaskPlane, ProbabilityMask } from '../../contract/index.js';

export type Plane = MaskPlane & Pick<ProbabilityMask, 'size' | 'threshold'>;

/** Keeps logits finite: the step below 1 in float32 is 6e-8. */
const LEAST = 1e-7;
const [LOWEST, HIGHEST] = [logit(0), logit(1)];

/** A mask's plane as logits above the threshold's: mask is where a level is 0 or more. */
export interface MaskLevels {
  /** The level in a column, at a row. */
  readonly at: (x: number, y: number) => number;
  /** uint8 [width, height], column after column: 1 where the level is 0 or more, else 0. */
  readonly isMask: Uint8Array;
  /** uint8 [width]: 1 for a column that has some of the mask. */
  readonly hasMask: Uint8Array;
}

/** Levels are computed when they are asked for: most of a plane is far from an edge, where its sign is enough. */
export function readLevels({ size, threshold, logits, probabilities }: Plane): MaskLevels {
  const { width, height } = size;
  const values = logits ?? probabilities;
  if (values.length !== width * height) {
    const what = logits ? 'logits' : 'probabilities';
    throw new RangeError(`A ${width} x ${height} mask holds ${width * height} ${what}; got ${values.length}.`);
  }
  const zero = logit(threshold);
  const isMask = new Uint8Array(width * height);
  const hasMask = new Uint8Array(width);
  const cut = leastValue(logits ? zero : clamp(threshold, LEAST, 1 - LEAST), logits ? LOWEST : LEAST);
  for (let y = 0, at = 0; y < height; y += 1) {
    for (let x = 0, place = y; x < width; x += 1, at += 1, place += height) {
      if (values[at]! < cut) continue;
      isMask[place] = 1;
      hasMask[x] = 1;
    }
  }
  return {
    at: logits
      ? (x, y) => clamp(logits[y * width + x]!, LOWEST, HIGHEST) - zero
      : (x, y) => logit(probabilities[y * width + x]!) - zero,
    isMask,
    hasMask,
  };
}

/** Values below `least` count as it does: where that is enough, so is everything. */
function leastValue(cut: number, least: number): number {
  return cut <= least ? -Infinity : cut;
}

function logit(probability: number): number {
  const clamped = clamp(probability, LEAST, 1 - LEAST);
  return Math.log(clamped / (1 - clamped));
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most);
}
