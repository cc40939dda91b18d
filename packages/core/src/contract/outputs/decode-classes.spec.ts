import { expect, it } from 'vitest';
import { softmax } from './tensors/activations.js';
import { decodeClasses } from './decode-classes.js';

const labels = ['a', 'b', 'c'];
const decode = (logits: readonly number[]) => {
  const data = Float32Array.from(logits);
  return decodeClasses({ logits: { dtype: 'float32', shape: [1, data.length], data } }, { labels });
};

it('refuses probabilities in the place of logits, whatever they are', () => {
  for (let seed = 1; seed <= 200; seed += 1) {
    const logits = Float32Array.from(labels, (_, at) => ((seed * (at + 3) * 7919) % 1000) / 100 - 5);
    expect(decode([...logits]).scores).toHaveLength(3);
    expect(() => decode([...softmax(logits)])).toThrow('"logits" holds probabilities');
  }
});

it('takes logits that look a little like them', () => {
  const like = [
    [0, 1, 0],
    [0.2, 0.3, 0.6],
    [-0.2, 0.6, 0.6],
    [0.5, 0.4, 0.0999],
  ];
  for (const logits of like) expect(decode(logits).scores.map(({ label }) => label)).toEqual(labels);
});
