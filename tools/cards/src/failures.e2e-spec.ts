import { readFileSync } from 'node:fs';
import { createZoo, loadConfig, type Zoo } from '@medzoo/core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createPhantoms } from './draw-phantoms.js';
import type { Failures } from './failures.type.js';
import { HARD_CASES } from './hard-cases.js';
import { FOLDER, runCases } from './write-failures.js';

const ROOT = new URL('../../../', import.meta.url);

let zoo: Zoo;
beforeAll(async () => {
  const config = await loadConfig(new URL('medzoo.config.mjs', ROOT));
  zoo = await createZoo({ ...config, warmUp: false });
});
afterAll(() => zoo.close());

// One of each head's: drawing all of them takes half a minute, and a digest in the card says that the weights are the
// same.
it.each(HARD_CASES.map((of) => [of.head, of] as const))(
  'the shipped %s answers as its card says',
  { timeout: 120_000 },
  async (id, of) => {
    const head = zoo.heads.find(({ manifest }) => manifest.id === id)!;
    const last = { ...of, cases: of.cases.slice(-1) } as typeof of;
    const { cases } = JSON.parse(readFileSync(new URL(`${of.card}/${FOLDER}/failures.json`, ROOT), 'utf8')) as Failures;
    for await (const { finding, picture } of runCases({ zoo, head, draw: createPhantoms() }, last)) {
      const recorded = cases.find((one) => one.id === finding.id)!;
      // Processors differ in the last bits, and a pixel at the threshold may fall to either side.
      expect(picture.length).toBeGreaterThan(1000);
      if (finding.task === 'segmentation' && recorded.task === 'segmentation') {
        expect(finding.dice).toBeCloseTo(recorded.dice, 1.5);
        expect(finding.presence).toBeCloseTo(recorded.presence, 1.5);
      } else if (finding.task === 'classification' && recorded.task === 'classification') {
        expect(finding.label).toBe(recorded.label);
        expect(finding.probability).toBeCloseTo(recorded.probability, 1.5);
      } else expect(finding.task).toBe(recorded.task);
    }
  },
);
