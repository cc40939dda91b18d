import { readFile } from 'node:fs/promises';
import { automed } from '@medzoo/automed';
import { createZoo, rleDice } from '@medzoo/core';
import { brainMri, breastUltrasound, chestXrayPneumonia } from '@medzoo/medcls';
import { promptable } from '@medzoo/sam-med2d';
import { expect, it, onTestFinished } from 'vitest';
import { locateSample } from '../index.js';

const heads = [automed, promptable, chestXrayPneumonia, breastUltrasound, brainMri] as const;
/** The samples are drawn, which classifiers would refuse. */
const options = { outOfDomain: 'warn' } as const;
const samples = ['chest-film', 'fetal-head', 'polyp', 'brain-slice'] as const;

/**
 * Zoos that share embeddings read them in half precision. What a head in int8 makes of the difference depends on where
 * its steps lie, so its masks differ a little more.
 */
it.each([
  ['reference', 0.999, 0.001],
  ['auto', 0.997, 0.01],
] as const)(
  'the heads answer the same from embeddings in half precision (%s)',
  { timeout: 120_000 },
  async (precision, dice, presenceOff) => {
    const kept = new Map<string, string>();
    const embeddingStore = {
      get: async (key: string) => kept.get(key),
      set: async (key: string, value: string) => kept.set(key, value),
    };
    const exact = await createZoo({ heads, threads: 1, precision });
    const sharing = await createZoo({ heads, threads: 1, precision, embeddingStore });
    onTestFinished(async () => {
      await Promise.all([exact.close(), sharing.close()]);
    });
    let pixels = 0;
    for (const name of samples) {
      const image = await readFile(locateSample(name));
      const requests = {
        automed: {},
        promptable: { points: [{ x: 100, y: 100, positive: true }] },
        'chest-xray-pneumonia': {},
        'breast-ultrasound': {},
        'brain-mri': {},
      };
      const [expected, found] = [
        await exact.analyze(image, requests, options),
        await sharing.analyze(image, requests, options),
      ];
      for (const id of ['automed', 'promptable'] as const) {
        const [one, other] = [expected[id], found[id]];
        if (!one.ok || !other.ok) throw new Error(`no answer of ${id}`);
        one.value.masks.forEach(({ rle, area, presence }, index) => {
          const mask = other.value.masks[index]!;
          pixels += area;
          expect(rleDice(rle, mask.rle), `${name} ${id}`).toBeGreaterThanOrEqual(dice);
          expect(Math.abs(presence - mask.presence)).toBeLessThan(presenceOff);
        });
      }
      for (const id of ['chest-xray-pneumonia', 'breast-ultrasound', 'brain-mri'] as const) {
        const [one, other] = [expected[id], found[id]];
        if (!one.ok || !other.ok) throw new Error(`no answer of ${id}`);
        const probabilities = new Map(other.value.scores.map(({ label, probability }) => [label, probability]));
        for (const { label, probability } of one.value.scores) {
          expect(Math.abs(probability - probabilities.get(label)!), `${name} ${id}`).toBeLessThan(1e-3);
        }
      }
    }
    expect(pixels).toBeGreaterThan(0);
    expect(kept.size).toBe(samples.length);
  },
);
