import { expect, it } from 'vitest';
import type { Phantom } from '../phantom.js';
import { stampCalipers, stampLeads } from './stamps.js';

const size = { width: 200, height: 150 };
const black: Phantom = {
  size,
  channels: 1,
  pixels: new Float32Array(200 * 150),
  masks: { spot: new Uint8Array(200 * 150) },
};

const brightnessAt = ({ pixels }: Phantom, x: number, y: number): number =>
  pixels[Math.floor(y * size.width) * size.width + Math.floor(x * size.width)]!;

it('draws a caliper at both ends and dots between, and leaves the rest and the truth alone', () => {
  const stamped = stampCalipers(black, [
    [
      [0.3, 0.4],
      [0.7, 0.4],
    ],
  ]);
  expect(brightnessAt(stamped, 0.3025, 0.4025)).toBeGreaterThan(0.3);
  expect(brightnessAt(stamped, 0.7025, 0.4025)).toBeGreaterThan(0.3);
  expect(brightnessAt(stamped, 0.5, 0.6)).toBe(0);
  expect(stamped.masks).toBe(black.masks);
  expect(black.pixels.every((value) => value === 0)).toBe(true);
});

it('draws electrodes whose wires leave by the lower edge', () => {
  const stamped = stampLeads(black);
  expect(brightnessAt(stamped, 0.27, 0.14)).toBeCloseTo(0.96);
  const lowest = stamped.pixels.subarray(-size.width);
  expect(lowest.filter((value) => value > 0.5).length).toBeGreaterThan(2);
});
