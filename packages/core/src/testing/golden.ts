import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { Tensor } from '../contract/index.js';

const stage = z.object({
  shape: z.array(z.int()),
  min: z.number(),
  max: z.number(),
  mean: z.number(),
  /** `values[i]` is element `i * stride` in row-major order. */
  stride: z.int().positive(),
  values: z.array(z.number()),
});

const golden = z.object({ image: z.string(), stages: z.record(z.string(), stage) });

/** One picture followed through the stages by the program that trained the model: `image`, `embedding`, then outputs by name. */
export interface GoldenRecord {
  /** The picture's file. */
  readonly picture: Uint8Array;
  readonly stages: Readonly<Record<string, z.infer<typeof stage>>>;
}

/** Reads a golden.json and the picture beside it. */
export function readGolden(location: URL): GoldenRecord {
  const { image, stages } = golden.parse(JSON.parse(readFileSync(location, 'utf8')));
  return { picture: readFileSync(new URL(image, location)), stages };
}

/**
 * Holds a tensor against its stage of the record, by the values kept and by the mean of all; throws an AssertionError, which names the
 * stage. `tolerance` is relative to the largest value of the stage, but at least to 1.
 */
export function checkGolden(name: string, { shape, data }: Tensor, { stages }: GoldenRecord, tolerance: number): void {
  const expected = stages[name];
  assert.ok(expected, `The golden record has no stage "${name}"; it has ${Object.keys(stages).join(', ')}.`);
  assert.deepEqual(shape, expected.shape, `The shape of "${name}" differs from the golden record.`);
  const allowed = tolerance * Math.max(1, Math.abs(expected.min), Math.abs(expected.max));
  const checkNear = (found: number, value: number, what: string): void => {
    const message = `"${name}" differs from the golden record in ${what}: found ${found}, expected ${value} within ${allowed}.`;
    assert.ok(Math.abs(found - value) <= allowed, message);
  };
  expected.values.forEach((value, index) => {
    const element = index * expected.stride;
    checkNear(Number(data[element]), value, `element ${element}`);
  });
  const sum = Array.from(data, Number).reduce((a, b) => a + b, 0);
  checkNear(sum / data.length, expected.mean, 'its mean');
}
