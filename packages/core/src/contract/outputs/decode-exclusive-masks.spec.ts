import { describe, expect, it } from 'vitest';
import { softmax } from './tensors/activations.js';
import { float32Tensor, type Tensor } from '../backend/tensor.js';
import { decodeExclusiveMasks } from './decode-exclusive-masks.js';

const labels = ['liver', 'spleen'];
/** Four cells in a row: background, liver, spleen, and liver by a little. */
const exclusive_masks = float32Tensor([1, 3, 1, 4], Float32Array.of(5, 0, 0, 0, 0, 5, 0, 1, 0, 0, 5, 0.5));

describe('decodeExclusiveMasks', () => {
  it('gives each label its channel, and lets the background compete', () => {
    const { masks, exclusive } = decodeExclusiveMasks({ exclusive_masks }, { labels });
    expect(masks.map(({ label, logits, threshold }) => [label, [...logits!], threshold])).toEqual([
      ['liver', [0, 5, 0, 1], 0],
      ['spleen', [0, 0, 5, 0.5], 0],
    ]);
    expect(exclusive!.others.map((plane) => [...plane])).toEqual([[5, 0, 0, 0]]);
    const certain = Math.exp(5) / (Math.exp(5) + 2);
    expect(masks[0]!.presence).toBeCloseTo(certain, 5);
    const [there, beside] = [Math.E / (Math.E + 1 + Math.exp(0.5)), (2 * (1 - certain)) / 2];
    expect(masks[0]!.quality).toBeCloseTo((certain + there) / (2 + beside), 5);
  });

  it('lets labels that are not asked for compete as well', () => {
    const { masks, exclusive } = decodeExclusiveMasks({ exclusive_masks }, { labels }, { targets: ['spleen'] });
    expect(masks.map(({ label }) => label)).toEqual(['spleen']);
    expect(exclusive!.others).toHaveLength(2);
  });

  it('takes masks without a background, and what the model says of presence and IoU', () => {
    const two = float32Tensor([1, 2, 1, 2], Float32Array.of(1, 0, 0, 1));
    const [presence, iou] = [0.25, 0.75].map((value) => float32Tensor([1, 2], Float32Array.of(value, value))) as [
      Tensor,
      Tensor,
    ];
    const { masks, exclusive } = decodeExclusiveMasks({ exclusive_masks: two, presence, iou }, { labels });
    expect(exclusive).toEqual({ others: [] });
    expect(masks[1]).toMatchObject({ presence: 0.25, quality: 0.75 });
  });

  it('refuses probabilities in the place of logits', () => {
    const { data } = exclusive_masks;
    const cells = [0, 1, 2, 3].map((cell) => softmax(Float32Array.from([0, 1, 2], (label) => data[label * 4 + cell]!)));
    const made = Float32Array.from(data, (_, index) => cells[index % 4]![Math.floor(index / 4)]!);
    const output = float32Tensor([1, 3, 1, 4], made);
    expect(() => decodeExclusiveMasks({ exclusive_masks: output }, { labels })).toThrow('holds probabilities');
  });

  it.each([1, 4])('refuses %d channels for two labels', (channels) => {
    const wrong = float32Tensor([1, channels, 1, 1]);
    const code = 'MODEL_MISMATCH';
    expect(() => decodeExclusiveMasks({ exclusive_masks: wrong }, { labels })).toThrow(
      expect.objectContaining({ code }),
    );
  });
});
