import { readFile } from 'node:fs/promises';
import { automed } from '@medzoo/automed';
import { bitmapToRle, createZoo, rleDice, type Zoo } from '@medzoo/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { drawSample, locateSample, SAMPLE_NAMES } from './index.js';

/** Weights that were never measured are stand-ins of the right shape. */
const areTrained = automed.trained.metrics.length > 0;
const title = 'automed finds in each sample what was drawn, and nothing else';

describe.runIf(areTrained)(title, () => {
  let zoo: Zoo<readonly [typeof automed]>;
  beforeAll(async () => {
    zoo = await createZoo({ heads: [automed] });
  });
  afterAll(() => zoo.close());

  it.each(SAMPLE_NAMES)('%s', async (name) => {
    const { size, masks: truth } = drawSample(name);
    const outcome = (await zoo.analyze(await readFile(locateSample(name)), { automed: {} })).automed;
    if (!outcome.ok) throw outcome.error;
    const present = outcome.value.masks.filter(({ area }) => area > 0);
    const known = Object.keys(truth).filter((label) => automed.trained.labels.includes(label));
    expect(present.map(({ label }) => label)).toEqual(known);
    // That it is found, not how well: that is measured on real images.
    for (const { label, rle } of present) {
      expect(rleDice(rle, bitmapToRle(truth[label]!, size))).toBeGreaterThan(0.4);
    }
  });
});

it.skipIf(areTrained)(`${title} (left out: the weights in this checkout carry no measurements)`, () => undefined);
