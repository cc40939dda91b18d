import { describe, expect, it } from 'vitest';
import { float32Tensor } from '../backend/tensor.js';
import { decodeKeypoints } from './decode-keypoints.js';

const labels = ['tip', 'carina'];
const tensor = (shape: number[], ...values: number[]) => float32Tensor(shape, Float32Array.from(values));

describe('decodeKeypoints', () => {
  it('takes each label its place, and its presence where the model says one', () => {
    const keypoints = tensor([1, 2, 2], 0.25, 0.5, 1.25, -0.5);
    expect(decodeKeypoints({ keypoints }, { labels }).points).toEqual([
      { label: 'tip', x: 0.25, y: 0.5 },
      { label: 'carina', x: 1.25, y: -0.5 },
    ]);
    const presence = tensor([1, 2], 0.5, 0.25);
    expect(decodeKeypoints({ keypoints, presence }, { labels }).points[1]).toMatchObject({ presence: 0.25 });
  });

  it('finds the highest cell of a heat map, and between cells where its neighbours differ', () => {
    // 4 x 3 cells. The first peak leans to its right neighbour; the second lies in a corner.
    const heatmaps = tensor(
      [1, 2, 3, 4],
      ...[0, 0, 0, 0, 0, 4, 2, 0, 0, 0, 0, 0],
      ...[0, 0, 0, 9, 0, 0, 0, 3, 0, 0, 0, 0],
    );
    const [tip, carina] = decodeKeypoints({ heatmaps }, { labels }).points;
    expect(tip!.x).toBeCloseTo((1.5 + 2 / 12) / 4);
    expect(tip!.y).toBeCloseTo(0.5);
    expect(carina).toEqual({ label: 'carina', x: 3.5 / 4, y: 0.5 / 3 });
  });

  it.each([
    [{ keypoints: tensor([1, 3, 2], 0, 0, 0, 0, 0, 0) }, 'MODEL_MISMATCH'],
    [{ keypoints: tensor([1, 2, 3], 0, 0, 0, 0, 0, 0) }, 'MODEL_MISMATCH'],
    [{ keypoints: tensor([1, 4], 0, 0, 0, 0) }, 'MODEL_MISMATCH'],
    [{ keypoints: tensor([1, 2, 2], 0, 0, NaN, 0) }, 'HEAD_FAILED'],
    [{ heatmaps: tensor([1, 1, 1, 2], 0, 0) }, 'MODEL_MISMATCH'],
    [{ heatmaps: tensor([1, 2, 1, 2], 0, 0, NaN, 0) }, 'HEAD_FAILED'],
    [{ heatmaps: tensor([1, 2, 1, 2], 0, Infinity, 0, 0) }, 'HEAD_FAILED'],
    [{ keypoints: tensor([1, 2, 2], 0, 0, 0, 0), presence: tensor([1, 2], 0, Infinity) }, 'HEAD_FAILED'],
    [{}, 'MODEL_MISMATCH'],
  ])('refuses what is not one place for each label (%#)', (outputs, code) => {
    expect(() => decodeKeypoints(outputs, { labels })).toThrow(expect.objectContaining({ code }));
  });
});
