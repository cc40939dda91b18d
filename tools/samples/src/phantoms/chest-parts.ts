import type { Noise } from '../draw/noise.js';
import { bell, ellipse, smoothstep, type Shape, type Vec } from '../draw/shapes.js';

/** Vessels fan out from the hilum at 0, 0, wander and grow thin. */
export function vesselTree(out: number, down: number, wander: Noise): number {
  const reach = Math.hypot(out, down);
  const bearing = Math.atan2(down, out) + 0.7 * wander(out * 9 + 50, down * 9);
  const coarse = bell(Math.sin(bearing * 4.5), 0.16) * bell(reach, 0.1);
  const fine = bell(Math.sin(bearing * 10 + 1), 0.2) * bell(reach - 0.1, 0.07);
  return 0.9 * coarse + 0.35 * fine;
}

/** A flat bone of about 0.02 seen from the front: its rims are dense. */
export function bone(distance: number): number {
  if (Math.abs(distance) > 0.03) return 0;
  return 0.55 * smoothstep(0.011, 0.008, Math.abs(distance)) + 0.45 * bell(Math.abs(distance) - 0.008, 0.0025);
}

/** The film's side marker, a letter R some 0.04 high. */
export function drawR([left, top]: Vec): Shape {
  const bowl = ellipse([left + 0.01, top + 0.011], [0.0115, 0.0095]);
  return (x, y) => {
    const stem = Math.max(Math.abs(x - left) - 0.003, Math.abs(y - top - 0.02) - 0.02);
    const ring = Math.max(Math.abs(bowl(x, y)) - 0.003, left - x);
    const leg = Math.max(Math.abs(x - left - 0.006 - 0.8 * (y - top - 0.02)) - 0.004, Math.abs(y - top - 0.03) - 0.01);
    return Math.min(stem, ring, leg);
  };
}
