import { createFractalNoise } from '../draw/noise.js';
import { blur, paintPlane, paintSoftGrain } from '../draw/plane.js';
import type { Random } from '../draw/random.js';
import { bell, clamp, ellipse, mix, roughen, smoothstep } from '../draw/shapes.js';
import { brighten, colourPhantom, maskWithin, mixColours, scaleColour, type Phantom, type Rgb } from '../phantom.js';
import { footShape, groundAt, lightAt, roundness } from './foot.js';

const SIZE = { width: 348, height: 450 };

const SKIN: Rgb = [0.86, 0.62, 0.51];
const FLUSH: Rgb = [0.83, 0.45, 0.4];
const CALLUS: Rgb = [0.86, 0.72, 0.54];
const GRANULATION: Rgb = [0.66, 0.12, 0.12];
const SLOUGH: Rgb = [0.83, 0.7, 0.36];
const NECROSIS: Rgb = [0.13, 0.09, 0.08];

/**
 * A photograph of a foot's sole with an ulcer on its ball: granulation, slough and a black crust in a rim of callus.
 */
export function drawFootUlcer(random: Random): Phantom {
  const foot = paintPlane(SIZE, footShape());
  const relief = blur(
    paintPlane(SIZE, (_x, _y, pixel) => roundness(foot.values[pixel]!)),
    4,
  );
  const wander = createFractalNoise(41, 3);
  const wound = paintPlane(
    SIZE,
    roughen(ellipse([0.56, 0.5], [0.125, 0.088], 0.35), (x, y) => 0.035 * wander(x * 11, y * 11)),
  );
  const crust = roughen(ellipse([0.615, 0.5], [0.042, 0.034]), (x, y) => 0.02 * wander(x * 25, y * 25));
  const mottle = createFractalNoise(43, 4);
  const flesh = createFractalNoise(45, 4);
  const wrinkles = createFractalNoise(47, 3);
  const grain = paintSoftGrain(SIZE, random);

  const skinAt = (x: number, y: number, pixel: number): Rgb => {
    const fromWound = Math.max(0, wound.values[pixel]!);
    const lines = 0.05 * wrinkles(x * 8 + 2 * wrinkles(x * 5, y * 5), y * 55) * smoothstep(0.45, 0.8, y);
    const flushed = 0.35 + 0.5 * mottle(x * 5, y * 5) + 0.5 * bell(y - 0.3, 0.08);
    const tone = mixColours(mixColours(SKIN, FLUSH, clamp(flushed, 0, 1)), FLUSH, 0.75 * bell(fromWound - 0.07, 0.04));
    const calloused = mixColours(
      tone,
      CALLUS,
      0.85 * smoothstep(0.055, 0.005, fromWound + 0.03 * wander(x * 20, y * 20)),
    );
    return scaleColour(calloused, 1 + lines + 0.07 * mottle(x * 30, y * 30));
  };
  const woundAt = (x: number, y: number, pixel: number): Rgb => {
    const depth = -wound.values[pixel]!;
    const bumps = flesh(x * 30, y * 30);
    const red = scaleColour(GRANULATION, 1 + 0.55 * bumps + 0.25 * flesh(x * 70, y * 70));
    const sloughy = smoothstep(0.03, 0.3, flesh(x * 12 + 7, y * 12)) * 0.85;
    const bed = mixColours(mixColours(red, SLOUGH, sloughy), NECROSIS, smoothstep(0.006, -0.008, crust(x, y)) * 0.93);
    const wet = smoothstep(0.38, 0.5, flesh(x * 42 + 30, y * 42)) * 0.5;
    return mixColours(scaleColour(bed, mix(0.62, 1.05, smoothstep(0, 0.03, depth))), [1, 0.95, 0.92], wet);
  };
  const shade = (x: number, y: number, pixel: number): Rgb => {
    const distance = foot.values[pixel]!;
    const ground = groundAt(x, y, Math.max(0, distance), mottle);
    const skin = mixColours(skinAt(x, y, pixel), woundAt(x, y, pixel), smoothstep(0.004, -0.005, wound.values[pixel]!));
    const lit = scaleColour(skin, lightAt(relief, pixel) * (1 - 0.12 * Math.hypot(x - 0.45, y - 0.5)));
    return brighten(mixColours(ground, lit, smoothstep(0.003, -0.003, distance)), 0.012 * grain.values[pixel]!);
  };
  return colourPhantom(SIZE, shade, { wound: maskWithin(wound) });
}
