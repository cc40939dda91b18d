import { createFractalNoise } from '../draw/noise.js';
import { paintPlane, paintSoftGrain } from '../draw/plane.js';
import type { Random } from '../draw/random.js';
import { bell, clamp, ellipse, mix, roughen, smoothstep } from '../draw/shapes.js';
import { brighten, colourPhantom, maskWithin, mixColours, scaleColour, type Phantom, type Rgb } from '../phantom.js';

const SIZE = { width: 430, height: 372 };

const MUCOSA: Rgb = [0.8, 0.49, 0.4];
const VESSEL: Rgb = [0.62, 0.22, 0.2];
const POLYP: Rgb = [0.84, 0.46, 0.38];
const SHINE: Rgb = [1, 0.98, 0.95];

const LUMEN = { x: 0.66, y: 0.25 };
const CENTRE = { x: 0.37, y: 0.53 };

/** A colonoscopy frame: folds around a dark lumen, and a polyp that bulges towards the lamp. */
export function drawPolyp(random: Random): Phantom {
  const wander = createFractalNoise(53, 3);
  const polyp = paintPlane(
    SIZE,
    roughen(ellipse([CENTRE.x, CENTRE.y], [0.138, 0.118], -0.5), (x, y) => 0.02 * wander(x * 9, y * 9)),
  );
  const mottle = createFractalNoise(51, 4);
  const vessels = createFractalNoise(55, 4);
  const pits = createFractalNoise(57, 2);
  const grain = paintSoftGrain(SIZE, random);
  const shine = scatterShine(random);

  const wallAt = (x: number, y: number): Rgb => {
    const [dx, dy] = [x - LUMEN.x, (y - LUMEN.y) * 1.15];
    const bearing = Math.atan2(dy, dx);
    const depth = Math.hypot(dx, dy) * (1 + 0.35 * wander(Math.cos(bearing) * 0.9 + 9, Math.sin(bearing) * 0.9));
    const fold = Math.log(depth + 0.03) * 2.7 + 0.5 * wander(x * 3, y * 3);
    const phase = fold - Math.floor(fold);
    const ridge = bell(phase - 0.72, 0.12) - 0.75 * bell(phase - 0.97, 0.07) - 0.5 * bell(phase + 0.03, 0.07);
    const folds = 0.3 * ridge * smoothstep(0.7, 0.25, depth);
    const light = 0.05 + 1.0 * smoothstep(0.03, 0.36, depth) * (1 + folds) - 0.1 * smoothstep(0.45, 0.8, depth);
    const threads = bell(vessels(x * 7 + 1.5 * wander(x * 5, y * 5), y * 7), 0.022) * smoothstep(0.2, 0.4, depth);
    const tone = mixColours(
      MUCOSA,
      VESSEL,
      0.25 + 0.35 * mottle(x * 4, y * 4) + 0.22 * threads + 0.2 * smoothstep(0.35, 0, depth),
    );
    return scaleColour(tone, Math.max(0.03, light * (1 + 0.12 * mottle(x * 14, y * 14))));
  };
  const polypAt = (x: number, y: number, depth: number): Rgb => {
    const height = Math.sqrt(clamp(depth / 0.12, 0, 1));
    const facing = clamp(
      0.68 + 0.44 * height - 0.5 * (x - CENTRE.x) * (1 - height) - 0.6 * (y - CENTRE.y) * (1 - height),
      0,
      1.2,
    );
    const surface = 1 + 0.16 * pits(x * 60, y * 60) + 0.12 * mottle(x * 16, y * 16);
    const tone = mixColours(POLYP, VESSEL, clamp(0.3 * mottle(x * 9, y * 9) + 0.35 * (1 - height) + 0.12, 0, 1));
    return scaleColour(tone, facing * surface * 1.08);
  };
  const shade = (x: number, y: number, pixel: number): Rgb => {
    const seen = smoothstep(0.006, -0.006, outsideField(x, y));
    if (seen === 0) return [0.012, 0.012, 0.014];
    const distance = polyp.values[pixel]!;
    const foot = mix(
      1,
      0.6,
      bell(Math.max(0, distance), 0.022) * (0.55 + 0.45 * clamp((x + y - CENTRE.x - CENTRE.y) / 0.15, -1, 1)),
    );
    const surface = mixColours(
      scaleColour(wallAt(x, y), foot),
      polypAt(x, y, -distance),
      smoothstep(0.005, -0.006, distance),
    );
    const lit = mixColours(surface, SHINE, shine(x, y));
    return brighten(scaleColour(lit, seen), 0.01 * grain.values[pixel]!);
  };
  return colourPhantom(SIZE, shade, { polyp: maskWithin(polyp) });
}

/** Distance to the endoscope's field of view: a square with cut corners. */
function outsideField(x: number, y: number): number {
  const [across, down] = [Math.abs(x - 0.5), Math.abs(y - SIZE.height / SIZE.width / 2)];
  return Math.max(across - 0.485, down - 0.42, (across + down - 0.69) * Math.SQRT1_2);
}

/** Where moist tissue mirrors the lamp: a large spot on the polyp, small ones here and there. */
function scatterShine(random: Random): (x: number, y: number) => number {
  const spots = Array.from({ length: 26 }, (_, index) => {
    const onPolyp = index < 5;
    const at = onPolyp
      ? ([CENTRE.x + random.between(-0.07, 0.03), CENTRE.y + random.between(-0.075, 0.02)] as const)
      : ([random.between(0.08, 0.95), random.between(0.3, 0.82)] as const);
    const radius = index === 0 ? 0.015 : random.between(0.0025, 0.007);
    return ellipse(at, [radius * random.between(1, 2.4), radius], random.between(0, Math.PI));
  });
  return (x, y) => spots.reduce((most, spot) => Math.max(most, smoothstep(0.0025, -0.0025, spot(x, y))), 0) * 0.95;
}
