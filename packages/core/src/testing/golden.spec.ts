import { describe, expect, it } from 'vitest';
import { float32Tensor } from '../contract/index.js';
import { checkGolden, checkGoldenAnswer, checkGoldenDomains, type GoldenRecord } from './golden.js';

const record: GoldenRecord = {
  picture: new Uint8Array(),
  labels: ['a', 'b', 'c', 'd'],
  answer: { task: 'classification', scores: { a: 0, b: 0.018, c: 0.964, d: 0.018 } },
  stages: { logits: { shape: [1, 4], min: -10, max: 2, mean: -5, stride: 2, values: [-10, 2] } },
};
const logits = (...values: number[]) => float32Tensor([1, values.length], Float32Array.from(values));

it('checkGolden looks at every value kept, relative to the largest', () => {
  expect(() => checkGolden('logits', logits(-10.005, -6, 2.005, -6), record, 1e-3)).not.toThrow();
  expect(() => checkGolden('logits', logits(-10, 0, 2.02, 0), record, 1e-3)).toThrow(
    '"logits" differs from the golden record in element 2',
  );
  expect(() => checkGolden('logits', logits(-10, 0, 2, 0), record, 1e-3)).toThrow('in its mean: found -2');
  expect(() => checkGolden('logits', logits(-10, NaN, NaN, 0), record, 1e-3)).toThrow('element 2');
  expect(() => checkGolden('logits', logits(-10, 0, 2), record, 1e-3)).toThrow('The shape of "logits"');
  expect(() => checkGolden('masks', logits(1), record, 1e-3)).toThrow('no stage "masks"; it has logits');
});

describe('checkGoldenAnswer', () => {
  const check = (labels: readonly string[], probabilities: readonly number[]) => () => {
    const scores = labels.map((label, index) => ({ label, probability: probabilities[index]! }));
    checkGoldenAnswer(labels, { scores }, record, 1e-3);
  };

  it('takes the labels in their order, and what they mean', () => {
    expect(check(['a', 'b', 'c', 'd'], [0, 0.02, 0.96, 0.02])).not.toThrow();
  });

  it('finds labels in another order, in the model file or in the answer', () => {
    expect(check(['c', 'b', 'a', 'd'], [0, 0.018, 0.964, 0.018])).toThrow('or in another order');
    expect(check(['a', 'b', 'c', 'd'], [0.964, 0.018, 0, 0.018])).toThrow(
      'The probability of "a" differs from the golden record: found 0.964, expected 0 within 0.01. Look at the order',
    );
  });

  it('finds masks that stand under each other’s labels', () => {
    const size = { width: 2, height: 1 };
    const about = { size, threshold: 0.5, presence: 1, quality: 0.5 };
    const labels = ['left', 'right'];
    const [left, right] = [Float32Array.of(3, -3), Float32Array.of(-3, -3)];
    const masks = {
      left: { presence: 1, quality: 0.5, foreground: 0.5 },
      right: { presence: 1, quality: 0.5, foreground: 0 },
    };
    const answer = { task: 'segmentation', masks } as const;
    const checkMasks = (logits: readonly Float32Array[]) => () =>
      checkGoldenAnswer(
        labels,
        { masks: labels.map((label, index) => ({ ...about, label, logits: logits[index]! })) },
        { labels, answer },
        1e-3,
      );
    expect(checkMasks([left, right])).not.toThrow();
    expect(checkMasks([right, left])).toThrow('The foreground of "left" differs');
  });
});

it('checkGoldenAnswer compares numbers relative to themselves', () => {
  const labels = ['age', 'length'];
  const answer = { task: 'regression', values: { age: 120, length: -2 } } as const;
  const check = (age: number, length: number) => () =>
    checkGoldenAnswer(
      labels,
      {
        values: [
          { label: 'age', value: age },
          { label: 'length', value: length },
        ],
      },
      { labels, answer },
      1e-3,
    );
  expect(check(121, -2.01)).not.toThrow();
  expect(check(122, -2)).toThrow(
    'The value of "age" differs from the golden record: found 122, expected 120 within 1.2',
  );
  expect(check(-2, 120)).toThrow('Look at the order of the labels');
});

describe('checkGoldenDomains', () => {
  const known = { score: -20, threshold: 5, inDomain: true, nearest: 'brain MRI' };
  const check =
    (...found: Parameters<typeof checkGoldenDomains>[0]) =>
    () =>
      checkGoldenDomains(found, { domains: [known] }, 1e-3);

  it('takes what was written within the tolerance of the stages', () => {
    expect(check({ ...known, score: -20.01 })).not.toThrow();
    expect(() => checkGoldenDomains([], {}, 1e-3)).not.toThrow();
  });

  it.each<[string, () => void, string]>([
    ['another score', check({ ...known, score: -20.1 }), 'The score of domain 0 differs'],
    ['another threshold', check({ ...known, threshold: 6 }), 'The threshold of domain 0 differs'],
    ['another nearest kind', check({ ...known, nearest: 'photograph' }), 'The domains differ'],
    ['a domain of one label', check({ ...known, labels: ['left'] }), 'The domains differ'],
    ['no domain', check(), 'The domains differ'],
  ])('finds %s', (_, checking, message) => expect(checking).toThrow(message));
});
