import { createZoo, rleDice } from '@medzoo/core';
import { readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { samMed2dTiny } from './encoder.js';
import { promptable } from './promptable.js';

const picture = readFileSync(new URL('../golden/golden.png', import.meta.url));
const { model, variants = [] } = samMed2dTiny.trained;

async function ask(precision: 'auto' | 'reference') {
  const zoo = await createZoo({ heads: [promptable], threads: 1, precision });
  onTestFinished(() => zoo.close());
  const { promptable: outcome } = await zoo.analyze(picture, {
    promptable: { box: { x: 70, y: 40, width: 150, height: 120 } },
  });
  if (!outcome.ok) throw outcome.error;
  return { mask: outcome.value.masks[0]!, provenance: outcome.provenance };
}

describe("the encoder's variant for the CPU", () => {
  const [variant] = variants;

  it('is what a CPU runs, and marks nearly what the reference marks', async () => {
    const [fast, exact] = [await ask('auto'), await ask('reference')];
    expect(fast.provenance).toMatchObject({ encoderPrecision: 'int8-static', encoder: { sha256: variant!.sha256 } });
    expect(exact.provenance).toMatchObject({ encoderPrecision: 'reference', encoder: { sha256: model.sha256 } });
    expect(rleDice(fast.mask.rle, exact.mask.rle)).toBeGreaterThan(0.97);
    expect(Math.abs(fast.mask.quality - exact.mask.quality)).toBeLessThan(0.05);
  });

  it("takes its weights from the reference's file, so that it is small", () => {
    expect(variant!.data).toEqual({ url: model.url, sha256: model.sha256, bytes: model.bytes });
    expect(statSync(fileURLToPath(variant!.url)).size).toBe(variant!.bytes);
    expect(variant!.bytes).toBeLessThan(2 ** 19);
  });

  it('has a gate of each set that heads were trained on', () => {
    const metricsOf = (metric: string) => variant!.gate.filter((result) => result.metric === metric);
    expect(metricsOf('dice')).toHaveLength(5);
    expect(metricsOf('accuracy')).toHaveLength(3);
    for (const { before, after, n } of [...metricsOf('dice'), ...metricsOf('accuracy')]) {
      expect(Math.abs(after - before)).toBeLessThanOrEqual(Math.max(0.005, 1 / n) + 1e-4); // rounded
    }
  });
});
