import { describe, expect, it } from 'vitest';
import { auroc, macroAuroc, rankableLabels } from './auroc.js';

const scored = (rows: readonly (readonly [truth: string, ill: number])[]) =>
  rows.map(([truth, ill]) => ({ truth, predicted: '', probabilities: { ill, well: 1 - ill } }));

describe('auroc', () => {
  it('counts pairs in order: 3 of 4', () => {
    const predictions = scored([
      ['well', 0.1],
      ['well', 0.4],
      ['ill', 0.35],
      ['ill', 0.8],
    ]);
    expect(auroc(predictions, 'ill')).toBe(0.75);
    expect(auroc(predictions, 'well')).toBe(0.75);
    expect(macroAuroc(predictions, ['ill', 'well'])).toBe(0.75);
  });

  it('counts ties half: (1 + 0.5 + 1 + 0.5 + 0 + 0.5) / 6 pairs', () => {
    const predictions = scored([
      ['ill', 0.9],
      ['ill', 0.5],
      ['well', 0.5],
      ['ill', 0.2],
      ['well', 0.2],
    ]);
    // ill 0.9 beats both; 0.5 ties one and beats one; 0.2 loses to one and ties one.
    expect(auroc(predictions, 'ill')).toBeCloseTo((2 + 1.5 + 0.5) / 6);
  });

  it('takes a label left out as probability 0', () => {
    const predictions = [
      { truth: 'ill', predicted: '', probabilities: { ill: 0.3 } },
      { truth: 'well', predicted: '', probabilities: {} },
    ];
    expect(auroc(predictions, 'ill')).toBe(1);
  });

  it('is worth reporting from five images on either side', () => {
    const of = (well: number, ill: number) =>
      scored([
        ...Array.from({ length: well }, () => ['well', 0] as const),
        ...Array.from({ length: ill }, () => ['ill', 1] as const),
      ]);
    expect([of(5, 5), of(9, 4), of(4, 9)].map(rankableLabels)).toEqual([['ill', 'well'], [], []]);
  });

  it('is not a number where only one kind is there', () => {
    expect(auroc(scored([['ill', 0.5]]), 'ill')).toBeNaN();
  });
});
