import { createRandom } from '../draw/random.js';
import type { Size } from '../draw/plane.js';
import { brighten, colourPhantom, mixColours, type Phantom, type Rgb } from '../phantom.js';

/** What a spot may be: an even, round rim, or a ragged one. */
export const SPOT_LABELS = ['even', 'ragged'] as const;

export type SpotLabel = (typeof SPOT_LABELS)[number];

const SIZE: Size = { width: 160, height: 120 };
const WAVES = 9;

/** What is true of a spot beside its mask, in pixels from the top left corner. */
export interface Spot extends Phantom {
  readonly centre: { readonly x: number; readonly y: number };
  /** The mean distance of its rim from its centre. */
  readonly radius: number;
  /** Of the pixels: 1 in the rim's third of the spot, 2 in its core, 0 outside; uint8 [height, width]. */
  readonly parts: Uint8Array;
}

/** Of the radius: how far the core goes. */
const CORE = 2 / 3;

/**
 * A dark spot on skin-like ground, for an example of training: every seed draws another place, size, colour and light,
 * and the label is in the rim alone. Its mask has the name of the label.
 */
export function drawSpot(label: SpotLabel, seed: number): Spot {
  const random = createRandom(seed);
  const aspect = SIZE.height / SIZE.width;
  const centre = { x: random.between(0.35, 0.65), y: random.between(0.4, 0.6) * aspect };
  const radius = random.between(0.12, 0.22);
  const depth = label === 'ragged' ? random.between(0.3, 0.45) : random.between(0, 0.05);
  const phases = Array.from({ length: 3 }, () => random.between(0, 2 * Math.PI));
  const skin: Rgb = [random.between(0.7, 0.9), random.between(0.5, 0.65), random.between(0.4, 0.55)];
  const dark: Rgb = [random.between(0.2, 0.4), random.between(0.1, 0.22), random.between(0.08, 0.18)];
  const light = { x: random.between(-0.15, 0.15), y: random.between(-0.15, 0.15) };

  /** Negative inside of the spot. */
  const distance = (x: number, y: number): number => {
    const [dx, dy] = [x - centre.x, y - centre.y];
    const angle = Math.atan2(dy, dx);
    const waves = phases.reduce((sum, phase, index) => sum + Math.sin(angle * (WAVES - 2 * index) + phase), 0) / 3;
    return Math.hypot(dx, dy) - radius * (1 + depth * waves);
  };
  const mask = new Uint8Array(SIZE.width * SIZE.height);
  const phantom = colourPhantom(SIZE, (x, y, pixel) => {
    const away = distance(x, y);
    mask[pixel] = away < 0 ? 1 : 0;
    const share = 1 / (1 + Math.exp(away * 160));
    const shade = light.x * (x - 0.5) + light.y * (y - aspect / 2) + 0.02 * random.normal();
    return brighten(mixColours(skin, dark, share), shade);
  });
  const [x, y] = [centre.x * SIZE.width, centre.y * SIZE.width];
  const parts = mask.map((isInside, pixel) => {
    const away = Math.hypot((pixel % SIZE.width) + 0.5 - x, Math.floor(pixel / SIZE.width) + 0.5 - y);
    return isInside === 0 ? 0 : away < CORE * radius * SIZE.width ? 2 : 1;
  });
  return { ...phantom, masks: { [label]: mask }, centre: { x, y }, radius: radius * SIZE.width, parts };
}
