import { createZoo, float32Tensor, isZooError } from '@medzoo/core';
import { testHead } from '@medzoo/core/testing';
import sharp from 'sharp';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { automed } from './automed.js';

const { labels, model } = automed.trained;
const [height = 0, width = 0] = model.outputs[0]!.shape.slice(2).map(Number);

/** Outputs as the model gives them: `fill(target)` is the logit of all of a target's cells. */
function outputsOf(fill: (target: number) => number) {
  const cells = height * width;
  const masks = new Float32Array(labels.length * cells);
  labels.forEach((_, target) => masks.fill(fill(target), target * cells, (target + 1) * cells));
  const scores = Float32Array.from(labels, (_, target) => (target + 1) / 10);
  return {
    masks: float32Tensor([1, labels.length, height, width], masks),
    iou: float32Tensor([1, labels.length], scores),
    presence: float32Tensor([1, labels.length], scores),
  };
}

describe('automed', () => {
  testHead(automed, { it, golden: new URL('../golden/golden.json', import.meta.url) });

  it('declares a mask, an estimated IoU and a presence for each of its labels', () => {
    expect(labels).toEqual(['lungs', 'fetal_head', 'nuclei', 'wound', 'polyp']);
    expect(model.outputs.map(({ name, shape }) => [name, shape[1]])).toEqual([
      ['masks', labels.length],
      ['iou', labels.length],
      ['presence', labels.length],
    ]);
  });

  it('answers for the targets asked for, in their order, each from its own channel', () => {
    const params = { targets: ['polyp', 'lungs'], threshold: 0.3 };
    const { masks } = automed.decode({ outputs: outputsOf((target) => target), params, trained: automed.trained });
    expect(masks.map(({ label }) => label)).toEqual(['polyp', 'lungs']);
    expect(masks[0]).toMatchObject({ size: { width, height }, threshold: 0.3 });
    expect(masks[0]?.presence).toBeCloseTo(0.5);
    expect(masks[0]?.quality).toBeCloseTo(0.5);
    expect(masks[0]?.logits?.[0]).toBe(4);
    expect(masks[1]?.logits?.at(-1)).toBe(0);
  });

  it('types the answer and the params by the head', async () => {
    const zoo = await createZoo({ heads: [automed] });
    const picture = await sharp({ create: { width: 90, height: 60, channels: 3, background: '#334' } })
      .png()
      .toBuffer();
    const outcomes = await zoo.analyze(picture, { automed: { targets: ['wound'] } });
    expectTypeOf(outcomes).toHaveProperty('automed');
    expect(outcomes.automed.ok && outcomes.automed.value.masks.map(({ label, rle }) => [label, rle.size])).toEqual([
      ['wound', { width: 90, height: 60 }],
    ]);
    // @ts-expect-error a misspelt param does not compile
    await expect(zoo.analyze(picture, { automed: { target: ['wound'] } })).rejects.toSatisfy(isZooError);
    await expect(zoo.analyze(picture, { automed: { targets: ['liver'] } })).rejects.toMatchObject({
      code: 'INVALID_PARAM',
    });
    await zoo.close();
  });
});
