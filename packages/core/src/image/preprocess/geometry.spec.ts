import { describe, expect, it } from 'vitest';
import { boxToImage, boxToModel, fitImage, pointToImage, pointToModel } from './geometry.js';

const image = { width: 300, height: 200 };
const size = { width: 64, height: 64 };

describe('geometry', () => {
  it('stretches both axes on their own', () => {
    const geometry = fitImage(image, { size, fit: 'stretch' });
    expect(geometry.content).toEqual(size);
    expect(pointToModel({ x: 150, y: 200 }, geometry)).toEqual({ x: 32, y: 64 });
    expect(boxToModel({ x: 0, y: 50, width: 300, height: 100 }, geometry)).toEqual({
      x: 0,
      y: 16,
      width: 64,
      height: 32,
    });
  });

  it('letterboxes to the top left, keeping the aspect to a rounded pixel', () => {
    const geometry = fitImage(image, { size, fit: 'letterbox' });
    expect(geometry.content).toEqual({ width: 64, height: 43 });
    expect(pointToModel({ x: 300, y: 200 }, geometry)).toEqual({ x: 64, y: 43 });
    expect(fitImage({ width: 5000, height: 2 }, { size, fit: 'letterbox' }).content).toEqual({ width: 64, height: 1 });
  });

  it.each(['stretch', 'letterbox'] as const)('comes back from model space (%s)', (fit) => {
    const geometry = fitImage(image, { size, fit });
    const point = pointToImage(pointToModel({ x: 12.5, y: 199 }, geometry), geometry);
    expect(point.x).toBeCloseTo(12.5);
    expect(point.y).toBeCloseTo(199);
    const box = { x: 3, y: 4, width: 50, height: 60 };
    const back = boxToImage(boxToModel(box, geometry), geometry);
    for (const key of ['x', 'y', 'width', 'height'] as const) expect(back[key]).toBeCloseTo(box[key]);
  });
});
