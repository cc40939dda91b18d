import { ellipse, smoothstep, type Shape, type Vec } from '../draw/shapes.js';
import type { Phantom } from '../phantom.js';

/** The phantom with something white laid over it, where `shape` is negative. */
function stamp(phantom: Phantom, shape: Shape): Phantom {
  const { size, channels } = phantom;
  const pixels = Float32Array.from(phantom.pixels);
  const soft = 0.7 / size.width;
  for (let pixel = 0; pixel < size.width * size.height; pixel += 1) {
    const [x, y] = [((pixel % size.width) + 0.5) / size.width, (Math.floor(pixel / size.width) + 0.5) / size.width];
    const cover = smoothstep(soft, -soft, shape(x, y));
    for (let channel = 0; cover > 0 && channel < channels; channel += 1) {
      const at = pixel * channels + channel;
      pixels[at] = pixels[at]! + (0.96 - pixels[at]!) * cover;
    }
  }
  return { ...phantom, pixels };
}

/** A monitor's electrodes on the chest with their wires, which a film shows in white. */
export function stampLeads(phantom: Phantom): Phantom {
  const bottom = phantom.size.height / phantom.size.width;
  const electrodes: readonly Vec[] = [
    [0.27, 0.14],
    [0.74, 0.13],
    [0.79, 0.5],
  ];
  const shapes = electrodes.flatMap(([atX, atY]): Shape[] => {
    const down = (y: number): number => Math.max(0, y - atY);
    const wire: Shape = (x, y) => {
      const middle = atX + 0.05 * Math.sin(down(y) * 14) + 0.35 * (atX - 0.5) * down(y);
      return Math.max(Math.abs(x - middle) / Math.hypot(1, 0.7) - 0.0028, atY - y, y - bottom);
    };
    return [ellipse([atX, atY], [0.017, 0.017]), wire];
  });
  return stamp(phantom, (x, y) => Math.min(...shapes.map((shape) => shape(x, y))));
}

/** An ultrasound machine's calipers: a cross at each end of what was measured, and a dotted line between. */
export function stampCalipers(phantom: Phantom, ends: readonly (readonly [Vec, Vec])[]): Phantom {
  const arm = 0.014;
  const thin = 0.0019;
  const cross = ([atX, atY]: Vec): Shape => {
    return (x, y) => {
      const [across, down] = [Math.abs(x - atX), Math.abs(y - atY)];
      return Math.min(Math.max(across - arm, down - thin), Math.max(down - arm, across - thin));
    };
  };
  const dots = ([[fromX, fromY], [toX, toY]]: readonly [Vec, Vec]): Shape[] => {
    const count = Math.round(Math.hypot(toX - fromX, toY - fromY) / 0.012);
    return Array.from({ length: count - 1 }, (_, index) => {
      const share = (index + 1) / count;
      return ellipse([fromX + (toX - fromX) * share, fromY + (toY - fromY) * share], [thin, thin]);
    });
  };
  const shapes = ends.flatMap((line) => [cross(line[0]), cross(line[1]), ...dots(line)]);
  return stamp(phantom, (x, y) => Math.min(...shapes.map((shape) => shape(x, y))));
}
