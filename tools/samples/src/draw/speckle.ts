import { blur, paintGrain, paintPlane, standardise, type Plane, type Size } from './plane.js';
import type { Random } from './random.js';

/**
 * The grain of ultrasound: waves from many small scatterers, of which only the strength is seen. Mean 1, never below 0.
 */
export function paintSpeckle(
  size: Size,
  random: Random,
  { acrossPx, downPx }: { readonly acrossPx: number; readonly downPx: number },
): Plane {
  const [real, imaginary] = [0, 1].map(() => standardise(blur(paintGrain(size, random), acrossPx, downPx))) as [
    Plane,
    Plane,
  ];
  // The mean of a Rayleigh distribution with deviation 1 is the square root of pi / 2.
  return paintPlane(
    size,
    (_x, _y, pixel) => Math.hypot(real.values[pixel]!, imaginary.values[pixel]!) / Math.sqrt(Math.PI / 2),
  );
}
