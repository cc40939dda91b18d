import { createFractalNoise } from '../draw/noise.js';
import { blur, paintPlane, paintSoftGrain } from '../draw/plane.js';
import type { Random } from '../draw/random.js';
import { bell, clamp, ellipse, join, mix, roughen, smoothOutline, smoothstep } from '../draw/shapes.js';
import { brighten, colourPhantom, maskWithin, mixColours, scaleColour, type Phantom, type Rgb } from '../phantom.js';
import { groundAt, lightAt, roundness } from './foot.js';

const SIZE = { width: 348, height: 450 };

const SKIN: Rgb = [0.8, 0.58, 0.46];
const STASIS: Rgb = [0.45, 0.25, 0.19];
const FLUSH: Rgb = [0.76, 0.36, 0.3];
const BED: Rgb = [0.6, 0.14, 0.12];
const SLOUGH: Rgb = [0.8, 0.68, 0.36];
const NAIL: Rgb = [0.86, 0.72, 0.64];
const SOCK: Rgb = [0.55, 0.1, 0.13];

/**
 * A photograph of a whole lower leg, the skin browned and flushed, a speck of an ulcer over the ankle; with or without
 * a red sock.
 */
export function drawLegUlcer(random: Random, { hasSock = true }: { readonly hasSock?: boolean } = {}): Phantom {
  // prettier-ignore
  const leg = smoothOutline([
    [0.36, -0.1], [0.35, 0.2], [0.37, 0.42], [0.42, 0.66], [0.43, 0.8], [0.38, 0.9], [0.25, 0.98], [0.155, 1.04], [0.115, 1.1],
    [0.12, 1.165], [0.3, 1.17], [0.47, 1.14], [0.6, 1.1], [0.645, 1], [0.63, 0.88], [0.605, 0.7], [0.65, 0.44], [0.68, 0.2], [0.67, -0.1],
  ]);
  const toes = [
    ellipse([0.115, 1.075], [0.05, 0.034], -0.5),
    ellipse([0.085, 1.115], [0.036, 0.026], -0.3),
    ellipse([0.08, 1.148], [0.03, 0.022], -0.1),
  ];
  const body = paintPlane(
    SIZE,
    toes.reduce((shape, toe) => join(shape, toe, 0.008), leg),
  );
  const nails = toes.map((_, index) => ellipse([0.083 - 0.02 * index, 1.068 + 0.04 * index], [0.014, 0.01], -0.5));
  const relief = blur(
    paintPlane(SIZE, (_x, _y, pixel) => roundness(body.values[pixel]!)),
    4,
  );
  const wander = createFractalNoise(251, 3);
  const mottle = createFractalNoise(253, 4);
  const flesh = createFractalNoise(255, 4);
  const wound = paintPlane(
    SIZE,
    roughen(ellipse([0.545, 0.845], [0.028, 0.02], 0.4), (x, y) => 0.012 * wander(x * 30, y * 30)),
  );
  const cuff = (x: number, y: number): number => (hasSock ? y - 0.2 - 0.012 * wander(x * 9, 4) : 1);
  const ankle = ellipse([0.54, 0.93], [0.05, 0.055]);
  const grain = paintSoftGrain(SIZE, random);

  const skinAt = (x: number, y: number, pixel: number): Rgb => {
    const fromWound = Math.max(0, wound.values[pixel]!);
    const gaiter =
      smoothstep(0.42, 0.62, y) * smoothstep(0.98, 0.86, y) * clamp(0.75 + 1.1 * mottle(x * 7, y * 7), 0, 1);
    const brown = mixColours(SKIN, STASIS, 0.62 * gaiter);
    const flushed = mixColours(
      brown,
      FLUSH,
      clamp(0.65 * bell(fromWound, 0.035) + 0.5 * mottle(x * 4, y * 4 + 9), 0, 0.8),
    );
    const lines = 0.05 * mottle(x * 14, y * 60);
    return scaleColour(flushed, 1 + lines + 0.08 * mottle(x * 34, y * 34));
  };
  const bedAt = (x: number, y: number): Rgb =>
    scaleColour(
      mixColours(BED, SLOUGH, 0.75 * smoothstep(0, 0.25, flesh(x * 34, y * 34))),
      1 + 0.4 * flesh(x * 70, y * 70),
    );
  const sockAt = (x: number, y: number): Rgb => {
    const ribs = 0.1 * Math.sin(x * 260 + 6 * wander(x * 4, y * 4));
    return scaleColour(SOCK, 1 + ribs + 0.25 * bell(cuff(x, y) + 0.02, 0.014) + 0.2 * mottle(x * 20, y * 20));
  };
  const shade = (x: number, y: number, pixel: number): Rgb => {
    const distance = body.values[pixel]!;
    const ground = groundAt(x, y, Math.max(0, distance), mottle);
    const nail = nails.reduce((most, shape) => Math.max(most, smoothstep(0.003, -0.002, shape(x, y))), 0);
    const skin = mixColours(skinAt(x, y, pixel), NAIL, 0.7 * nail);
    const bare = mixColours(skin, bedAt(x, y), smoothstep(0.0035, -0.0035, wound.values[pixel]!));
    const bump = 0.12 * smoothstep(0.01, -0.05, ankle(x, y));
    const dressed = mixColours(scaleColour(bare, 1 + bump), sockAt(x, y), smoothstep(0.003, -0.003, cuff(x, y)));
    const shadow = mix(1, 0.75, bell(Math.max(0, cuff(x, y)), 0.012));
    return brighten(
      mixColours(ground, scaleColour(dressed, shadow * lightAt(relief, pixel)), smoothstep(0.003, -0.003, distance)),
      0.012 * grain.values[pixel]!,
    );
  };
  return colourPhantom(SIZE, shade, { wound: maskWithin(wound) });
}
