import type { Random } from './random.js';

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** One number for each pixel: float32 [height, width], row-major. */
export interface Plane {
  readonly size: Size;
  readonly values: Float32Array;
}

/** A plane of what `shade` gives at each pixel's centre; x is 0..1 over the width, y has the same scale. */
export function paintPlane(size: Size, shade: (x: number, y: number, pixel: number) => number): Plane {
  const { width, height } = size;
  const values = new Float32Array(width * height);
  for (let pixel = 0; pixel < values.length; pixel += 1) {
    values[pixel] = shade(((pixel % width) + 0.5) / width, (Math.floor(pixel / width) + 0.5) / width, pixel);
  }
  return { size, values };
}

/** Independent normal noise in every pixel. */
export function paintGrain(size: Size, random: Random): Plane {
  return paintPlane(size, () => random.normal());
}

/** Noise of a camera or film: mean 0, deviation 1, grains about two pixels wide. */
export function paintSoftGrain(size: Size, random: Random): Plane {
  return standardise(blur(paintGrain(size, random), 1));
}

/** Gaussian blur by three box blurs each way; the edges repeat. Radii in pixels, as deviations. */
export function blur(plane: Plane, acrossPx: number, downPx = acrossPx): Plane {
  const { width, height } = plane.size;
  let values = plane.values;
  for (let pass = 0; pass < 3; pass += 1) {
    values = boxBlur(values, { lines: height, length: width, stride: width, step: 1 }, acrossPx);
    values = boxBlur(values, { lines: width, length: height, stride: 1, step: width }, downPx);
  }
  return { size: plane.size, values };
}

interface Layout {
  readonly lines: number;
  readonly length: number;
  /** From one line to the next. */
  readonly stride: number;
  /** From one value of a line to the next. */
  readonly step: number;
}

/** One of three box blurs that make up a Gaussian of this deviation: a box is 2 deviations wide. */
function boxBlur(
  values: Float32Array,
  { lines, length, stride, step }: Layout,
  deviationPx: number,
): Float32Array<ArrayBuffer> {
  const blurred = Float32Array.from(values);
  const reach = Math.round((Math.sqrt(4 * deviationPx ** 2 + 1) - 1) / 2);
  if (reach === 0) return blurred;
  for (let line = 0; line < lines; line += 1) {
    const at = (index: number): number => line * stride + Math.min(length - 1, Math.max(0, index)) * step;
    let sum = 0;
    for (let index = -reach; index <= reach; index += 1) sum += values[at(index)]!;
    for (let index = 0; index < length; index += 1) {
      blurred[at(index)] = sum / (2 * reach + 1);
      sum += values[at(index + reach + 1)]! - values[at(index - reach)]!;
    }
  }
  return blurred;
}

/** The plane with mean 0 and deviation 1. */
export function standardise({ size, values }: Plane): Plane {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return { size, values: values.map((value) => (value - mean) / Math.sqrt(variance)) };
}
