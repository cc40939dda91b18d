import { float32Tensor } from '@medzoo/core';
import { testHead } from '@medzoo/core/testing';
import { describe, expect, it } from 'vitest';
import { brainMri, breastUltrasound, chestXrayPneumonia } from './heads.js';

const HEADS = [chestXrayPneumonia, breastUltrasound, brainMri];

describe.each(HEADS.map((head) => [head.manifest.id, head] as const))('%s', (id, head) => {
  testHead(head, { it, golden: new URL(`../golden/${id}/golden.json`, import.meta.url) });

  const { labels, calibration } = head.trained;
  const evidence = float32Tensor(
    [1, 16, 16],
    Float32Array.from({ length: 256 }, (_, cell) => ({ 7: 0.5, 8: -0.5 })[cell] ?? 0.25),
  );
  const decode = (logits: Float32Array, heatMap = true) =>
    head.decode({
      outputs: { logits: float32Tensor([1, labels.length], logits), evidence },
      params: { heatMap },
      trained: head.trained,
    });

  it('is calibrated, with a quantile for each label', () => {
    expect(calibration?.temperature).toBeGreaterThan(0);
    expect(Object.keys(calibration?.conformal?.quantiles ?? {})).toEqual([...labels]);
  });

  it('answers with calibrated probabilities that sum to 1', () => {
    const logits = Float32Array.from(labels, (_, index) => index);
    const { scores } = decode(logits);
    const odds = Math.log((scores[1]?.probability ?? 0) / (scores[0]?.probability ?? 1));
    expect(scores.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1);
    expect(odds).toBeCloseTo(1 / (calibration?.temperature ?? 1), 3);
  });

  it('keeps a certain label and drops the impossible ones from the plausible set', () => {
    const certain = decode(Float32Array.from(labels, (_, index) => (index === 1 ? 200 : -200)));
    const fewImages = labels.filter((label) => calibration?.conformal?.quantiles[label] === 1);
    expect(certain.plausible?.labels).toContain(labels[1]);
    expect(certain.plausible?.labels.filter((label) => label !== labels[1])).toEqual(
      fewImages.filter((label) => label !== labels[1]),
    );
  });

  it('never rules out everything: the most probable label stays, and others where the model wavers', () => {
    const even = decode(new Float32Array(labels.length));
    expect(even.plausible?.labels.length).toBeGreaterThan(1);
    for (let lead = 0; lead < 6; lead += 0.25) {
      const { plausible } = decode(Float32Array.from(labels, (_, index) => (index === 0 ? lead : 0)));
      expect(plausible?.labels[0]).toBe(labels[0]);
    }
  });

  it('shows what speaks for the label, at most 1, and only if asked', () => {
    const { heatMap } = decode(new Float32Array(labels.length));
    expect(heatMap?.size).toEqual({ width: 16, height: 16 });
    expect(heatMap?.values.slice(6, 9)).toEqual(Float32Array.of(0.5, 1, 0));
    expect(decode(new Float32Array(labels.length), false)).not.toHaveProperty('heatMap');
  });
});
