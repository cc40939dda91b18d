import { describe, expect, it } from 'vitest';
import { float32Tensor } from '../backend/tensor.js';
import { decodeMasks } from './decode-masks.js';

const labels = ['left', 'right'];
/** Two masks of one row: the first holds its last two cells, the second none. */
const masks = float32Tensor([1, 2, 1, 3], Float32Array.of(-9, 2, 4, -9, -9, -9));
const numbers = (...values: number[]) => float32Tensor([1, 2], Float32Array.of(...values));

describe('decodeMasks', () => {
  it('gives each label its channel, with the presence and quality that the model says', () => {
    const { masks: found } = decodeMasks({ masks, presence: numbers(0.9, 0.2), iou: numbers(0.75, 0.5) }, { labels });
    expect(found.map(({ label, logits, threshold }) => [label, [...logits!], threshold])).toEqual([
      ['left', [-9, 2, 4], 0.5],
      ['right', [-9, -9, -9], 0.5],
    ]);
    expect(found.map(({ quality }) => quality)).toEqual([0.75, 0.5]);
    expect(found[1]!.presence).toBeCloseTo(0.2);
  });

  it('takes presence and quality from the probabilities where the model says nothing', () => {
    const [left, right] = decodeMasks({ masks }, { labels }).masks;
    expect(left!.presence).toBeCloseTo(1 / (1 + Math.exp(-4)));
    expect(left!.quality).toBeGreaterThan(0.9);
    expect(right!.presence).toBeLessThan(0.001);
    expect(right!.quality).toBeGreaterThan(0.99); // surely empty
  });

  it('takes the threshold of the caller, else of the model file, and the targets asked for', () => {
    const trained = { labels, thresholds: { right: 0.3 } };
    expect(decodeMasks({ masks }, trained).masks.map(({ threshold }) => threshold)).toEqual([0.5, 0.3]);
    const [only, ...none] = decodeMasks({ masks }, trained, { targets: ['right'], threshold: 0.8 }).masks;
    expect([only?.label, only?.threshold, none]).toEqual(['right', 0.8, []]);
  });

  it('refuses masks that are not one for each label', () => {
    expect(() => decodeMasks({ masks }, { labels: ['left'] })).toThrow('1 label (left)');
  });
});
