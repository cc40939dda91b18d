import { describe, expect, it } from 'vitest';
import { ellipse, join, polygon, smoothOutline } from './shapes.js';

describe('shapes', () => {
  it('measure the distance to a polygon, negative inside', () => {
    const square = polygon([
      [0, 0],
      [2, 0],
      [2, 2],
      [0, 2],
    ]);
    expect(square(1, 0.5)).toBeCloseTo(-0.5);
    expect(square(5, 6)).toBeCloseTo(5);
  });

  it('are exact at the edge of an ellipse', () => {
    const upright = ellipse([1, 1], [3, 2], Math.PI / 2);
    expect(upright(1, 4)).toBeCloseTo(0);
    expect(upright(3, 1)).toBeCloseTo(0);
    expect(upright(1, 1)).toBeLessThan(0);
  });

  it('pass through the points of a smooth outline', () => {
    const outline = smoothOutline([
      [0, 0],
      [4, 0],
      [4, 3],
      [0, 3],
    ]);
    expect(outline(4, 3)).toBeCloseTo(0);
    expect(outline(2, 1.5)).toBeLessThan(-1);
  });

  it('melt into one another where they are joined', () => {
    const [left, right] = [ellipse([0, 0], [1, 1]), ellipse([2.1, 0], [1, 1])];
    expect(Math.min(left(1.05, 0), right(1.05, 0))).toBeGreaterThan(0);
    expect(join(left, right, 0.5)(1.05, 0)).toBeLessThan(0);
  });
});
