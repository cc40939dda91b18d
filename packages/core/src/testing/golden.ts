import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { LabelledDomain, Task, TaskResults, Tensor } from '../contract/index.js';
import { compareAnswers, recordedAnswer, type Numbers, type RecordedAnswer } from './task-tests.js';

const stage = z.object({
  shape: z.array(z.int()),
  min: z.number(),
  max: z.number(),
  mean: z.number(),
  /** `values[i]` is element `i * stride` in row-major order. */
  stride: z.int().positive(),
  values: z.array(z.number()),
});

const domain = z.object({
  labels: z.array(z.string()).exactOptional(),
  score: z.number(),
  threshold: z.number(),
  inDomain: z.boolean(),
  nearest: z.string(),
});

const golden = z.object({
  image: z.string(),
  stages: z.record(z.string(), stage),
  /** In the order of the model's outputs. */
  labels: z.array(z.string()).min(1),
  answer: recordedAnswer,
  /** In the order of the model file; left out of the record of a head without domains. */
  domains: z.array(domain).exactOptional(),
});

/**
 * One picture followed through the stages by the program that trained the model: `image`, `embedding`, then outputs by
 * name, and what these mean by label. No other stage shows that labels stand in another order than the outputs.
 */
export interface GoldenRecord {
  /** The picture's file. */
  readonly picture: Uint8Array;
  readonly stages: Readonly<Record<string, z.infer<typeof stage>>>;
  readonly labels: readonly string[];
  readonly answer: RecordedAnswer;
  /** Whether the picture is of the kind that the head was trained on. */
  readonly domains?: readonly LabelledDomain[];
}

/**
 * Reads a golden.json and the picture beside it; throws an AssertionError, which names the path, for what is no golden
 * record.
 */
export function readGolden(location: URL): GoldenRecord {
  const { success, data, error } = golden.safeParse(JSON.parse(readFileSync(location, 'utf8')));
  const faults = error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ');
  assert.ok(success, `The golden record is not valid: ${faults}. Write it again with the exporter of tools/train.`);
  return { ...data, picture: readFileSync(new URL(data.image, location)) };
}

/**
 * Holds a tensor against its stage of the record, by the values kept and by the mean of all; throws an AssertionError,
 * which names the stage. `tolerance` is relative to the largest value of the stage, but at least to 1.
 */
export function checkGolden(name: string, { shape, data }: Tensor, { stages }: GoldenRecord, tolerance: number): void {
  const expected = stages[name];
  assert.ok(expected, `The golden record has no stage "${name}"; it has ${Object.keys(stages).join(', ')}.`);
  assert.deepEqual(shape, expected.shape, `The shape of "${name}" differs from the golden record.`);
  const allowed = tolerance * Math.max(1, Math.abs(expected.min), Math.abs(expected.max));
  const checkNear = (found: number, value: number, what: string): void => {
    const message =
      `"${name}" differs from the golden record in ${what}: found ${found}, ` + `expected ${value} within ${allowed}.`;
    assert.ok(Math.abs(found - value) <= allowed, message);
  };
  expected.values.forEach((value, index) => {
    const element = index * expected.stride;
    checkNear(Number(data[element]), value, `element ${element}`);
  });
  const sum = Array.from(data, Number).reduce((a, b) => a + b, 0);
  checkNear(sum / data.length, expected.mean, 'its mean');
}

/**
 * Holds labels and a decoded answer against the record, so that labels in a wrong order are found; throws an
 * AssertionError, which names the label. `tolerance` is that of the stages; a number may differ by ten times as much,
 * relative to itself or to 1, whichever is larger.
 */
export function checkGoldenAnswer(
  labels: readonly string[],
  result: TaskResults[Task],
  { labels: wanted, answer: known }: Pick<GoldenRecord, 'labels' | 'answer'>,
  tolerance: number,
): void {
  assert.deepEqual(
    labels,
    wanted,
    'The labels of the model file are others than those of the golden record, or in another order.',
  );
  const { found, expected } = compareAnswers(known, result);
  checkByLabel(found, expected, 10 * tolerance);
}

/**
 * Holds what a head says of the picture's kind against the record; throws an AssertionError. `tolerance` is that of the
 * stages, of a score relative to itself or to 1, whichever is larger.
 */
export function checkGoldenDomains(
  found: readonly LabelledDomain[],
  { domains: expected = [] }: Pick<GoldenRecord, 'domains'>,
  tolerance: number,
): void {
  const factsOf = ({ labels, inDomain, nearest }: LabelledDomain) => ({ labels: labels ?? null, inDomain, nearest });
  assert.deepEqual(
    found.map(factsOf),
    expected.map(factsOf),
    'The domains differ from the golden record: look at the order of the model file, at `covers` and at the names.',
  );
  for (const [index, { score, threshold }] of expected.entries()) {
    for (const [name, came, known] of [
      ['score', found[index]!.score, score],
      ['threshold', found[index]!.threshold, threshold],
    ] as const) {
      const allowed = tolerance * Math.max(1, Math.abs(known));
      const message =
        `The ${name} of domain ${index} differs from the golden record: found ${came}, expected ${known} within ` +
        `${allowed}.`;
      assert.ok(Math.abs(came - known) <= allowed, message);
    }
  }
}

function checkByLabel(
  found: ReadonlyMap<string, Numbers>,
  expected: readonly (readonly [label: string, numbers: Numbers])[],
  allowed: number,
): void {
  assert.deepEqual(
    [...found.keys()].toSorted(),
    expected.map(([label]) => label).toSorted(),
    'Other labels were answered.',
  );
  for (const [label, numbers] of expected) {
    for (const [name, value] of Object.entries(numbers)) {
      const came = found.get(label)![name]!;
      const within = allowed * Math.max(1, Math.abs(value));
      const message =
        `The ${name} of "${label}" differs from the golden record: found ${came}, expected ${value} within ` +
        `${within}. Look at the order of the labels.`;
      assert.ok(Math.abs(came - value) <= within, message);
    }
  }
}
