/** A picture's pixels, uint8 RGBA, row-major: an `ImageData` of the browser is one. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8ClampedArray<ArrayBuffer>;
}

/** Five stops of matplotlib's inferno, as in @medzoo/draw's `drawHeatMap`. */
const INFERNO = [
  [0, 0, 4],
  [87, 16, 110],
  [188, 55, 84],
  [249, 142, 9],
  [252, 255, 164],
] as const;

const FILL_ALPHA = 77; // 0.3, as in @medzoo/draw's `drawOverlay`
const RIM_ALPHA = 140;

/**
 * Turns a grey mask into a clear picture with the mask filled and outlined in `colour` ('#rrggbb'), `line` pixels wide,
 * with a dark rim.
 */
export function paintMask({ width, height, data }: Pixels, colour: string, line: number): void {
  const [red, green, blue] = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16)) as [
    number,
    number,
    number,
  ];
  const isInside = Uint8Array.from({ length: width * height }, (_, pixel) => (data[pixel * 4]! >= 128 ? 1 : 0));
  const depth = distancesToEdge(isInside, width, height, 2 * line);
  depth.forEach((distance, pixel) => {
    const at = pixel * 4;
    const isLine = isInside[pixel] === 1 && distance <= line;
    const isRim = isInside[pixel] === 0 && distance <= Math.max(1, line / 2);
    const alpha = isLine ? 255 : isRim ? RIM_ALPHA : isInside[pixel] === 1 ? FILL_ALPHA : 0;
    data.set(isRim ? [0, 0, 0, alpha] : [red, green, blue, alpha], at);
  });
}

/** Turns a grey heat map into inferno, warm where it is high next to its own peak and clear where it is low. */
export function paintHeat({ data }: Pixels): void {
  let peak = 1;
  for (let at = 0; at < data.length; at += 4) peak = Math.max(peak, data[at]!);
  for (let at = 0; at < data.length; at += 4) {
    const warmth = data[at]! / peak;
    data.set([...inferno(warmth), Math.round(170 * warmth)], at);
  }
}

function inferno(share: number): readonly number[] {
  const at = share * (INFERNO.length - 1);
  const below = INFERNO[Math.floor(at)]!;
  const above = INFERNO[Math.ceil(at)]!;
  return below.map((value, channel) => value + (above[channel]! - value) * (at % 1));
}

/**
 * Steps along rows and columns from each pixel to the nearest one of the other kind, counted up to `most`: two sweeps.
 * Beyond the border of the image there is neither kind, so that a mask that touches it has no line there.
 */
function distancesToEdge(isInside: Uint8Array, width: number, height: number, most: number): Uint8Array {
  const distances = new Uint8Array(isInside.length).fill(Math.min(255, most + 1));
  const look = (pixel: number, neighbour: number): void => {
    const there = isInside[neighbour] === isInside[pixel] ? distances[neighbour]! + 1 : 1;
    if (there < distances[pixel]!) distances[pixel] = there;
  };
  for (let pixel = 0; pixel < distances.length; pixel += 1) {
    if (pixel % width > 0) look(pixel, pixel - 1);
    if (pixel >= width) look(pixel, pixel - width);
  }
  for (let pixel = distances.length - 1; pixel >= 0; pixel -= 1) {
    if (pixel % width < width - 1) look(pixel, pixel + 1);
    if (pixel < width * (height - 1)) look(pixel, pixel + width);
  }
  return distances;
}
