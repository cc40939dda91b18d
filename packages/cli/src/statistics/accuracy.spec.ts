import { describe, expect, it } from 'vitest';
import { accuracy, balancedAccuracy, f1, macroF1, precision, recall, trueLabels } from './accuracy.js';

/** Truly 4 cats, 2 dogs, 2 owls; a cat is taken for a dog, a dog for a cat, an owl for a fox. */
const predictions = [
  ['cat', 'cat'],
  ['cat', 'cat'],
  ['cat', 'cat'],
  ['cat', 'dog'],
  ['dog', 'dog'],
  ['dog', 'cat'],
  ['owl', 'owl'],
  ['owl', 'fox'],
].map(([truth, predicted]) => ({ truth: truth!, predicted: predicted! }));

describe('agreement of labels', () => {
  it('is the share of true labels given: 5 of 8', () => {
    expect(accuracy(predictions)).toBe(0.625);
  });

  it('is balanced by label: (3/4 + 1/2 + 1/2) / 3', () => {
    expect(balancedAccuracy(predictions)).toBeCloseTo(1.75 / 3);
  });

  it('is precise in part: 3 of 4 cats, 1 of 2 dogs, the only owl; and no fox', () => {
    expect(['cat', 'dog', 'owl', 'fox'].map((label) => precision(predictions, label))).toEqual([0.75, 0.5, 1, 0]);
    expect(recall(predictions, 'owl')).toBe(0.5);
  });

  it('has F1 0.75, 0.5 and 2/3, of which macro-F1 is the mean over labels that truly occur', () => {
    expect(f1(predictions, 'owl')).toBeCloseTo(2 / 3);
    expect(macroF1(predictions)).toBeCloseTo((0.75 + 0.5 + 2 / 3) / 3);
    expect(trueLabels(predictions)).toEqual(['cat', 'dog', 'owl']);
  });

  it('has F1 0 where a label is never given', () => {
    expect(f1([{ truth: 'cat', predicted: 'dog' }], 'cat')).toBe(0);
  });
});
