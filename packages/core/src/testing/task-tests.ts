import assert from 'node:assert/strict';
import { z } from 'zod';
import type { MaskPlane, Task, TaskResults } from '../contract/index.js';
import { winnersOf } from '../contract/outputs/tensors/exclusive-planes.js';

/** Numbers of one label by what they are. */
export type Numbers = Readonly<Record<string, number>>;

const share = z.number().min(0).max(1);

/** What is to be decoded, by label; `foreground` is the share of the mask's cells, in model space, from 0.5 on or,
 * where masks exclude one another, of those that it has. */
const recorded = {
  segmentation: z.object({
    task: z.literal('segmentation'),
    masks: z.record(z.string(), z.object({ presence: share, quality: share, foreground: share })),
  }),
  classification: z.object({ task: z.literal('classification'), scores: z.record(z.string(), share) }),
  regression: z.object({ task: z.literal('regression'), values: z.record(z.string(), z.number()) }),
  keypoints: z.object({
    task: z.literal('keypoints'),
    points: z.record(z.string(), z.object({ x: z.number(), y: z.number(), presence: share.exactOptional() })),
  }),
  multilabel: z.object({ task: z.literal('multilabel'), scores: z.record(z.string(), share) }),
} satisfies { readonly [T in Task]: z.ZodObject<{ task: z.ZodLiteral<T> }> };

/** The answer of a golden record, of any task. */
export const recordedAnswer = z.union(Object.values(recorded));

export type RecordedAnswer = z.infer<typeof recordedAnswer>;

interface TaskTests<T extends Task> {
  /** What a record has of each label. */
  readonly recordedNumbers: (known: z.infer<(typeof recorded)[T]>) => Readonly<Record<string, Numbers>>;
  /** The same of what a head decoded; throws an AssertionError for a result of another task. */
  readonly decodedNumbers: (result: TaskResults[Task]) => readonly (readonly [label: string, numbers: Numbers])[];
  /**
   * Labels of the model that a result says something for; undefined where a head need not speak of all of its labels.
   */
  readonly labelsSeen?: (result: TaskResults[T]) => readonly string[];
}

const TESTS: { readonly [T in Task]: TaskTests<T> } = {
  segmentation: {
    recordedNumbers: ({ masks }) => masks,
    decodedNumbers(result) {
      assert.ok('masks' in result, 'The golden record is of a segmentation, and the head decoded no masks.');
      const cells = cellsOf(result);
      return result.masks.map(({ label, presence, quality }, index) => [
        label,
        { presence, quality, foreground: shareOf(cells[index]!) },
      ]);
    },
  },
  classification: {
    recordedNumbers: ({ scores }) =>
      Object.fromEntries(Object.entries(scores).map(([label, probability]) => [label, { probability }])),
    decodedNumbers(result) {
      assert.ok('scores' in result, 'The golden record is of a classification, and the head decoded no scores.');
      return result.scores.map(({ label, probability }) => [label, { probability }]);
    },
    labelsSeen: ({ scores }) => scores.filter(({ probability }) => probability > 0).map(({ label }) => label),
  },
  regression: {
    recordedNumbers: ({ values }) =>
      Object.fromEntries(Object.entries(values).map(([label, value]) => [label, { value }])),
    decodedNumbers(result) {
      assert.ok('values' in result, 'The golden record is of a regression, and the head decoded no values.');
      return result.values.map(({ label, value }) => [label, { value }]);
    },
  },
  keypoints: {
    recordedNumbers: ({ points }) =>
      Object.fromEntries(
        Object.entries(points).map(([label, { x, y, presence }]) => [
          label,
          { x, y, ...(presence !== undefined && { presence }) },
        ]),
      ),
    decodedNumbers(result) {
      assert.ok('points' in result, 'The golden record is of keypoints, and the head decoded no points.');
      return result.points.map(({ label, x, y, presence = NaN }) => [label, { x, y, presence }]);
    },
  },
  multilabel: {
    recordedNumbers: ({ scores }) =>
      Object.fromEntries(Object.entries(scores).map(([label, probability]) => [label, { probability }])),
    decodedNumbers(result) {
      assert.ok('scores' in result, 'The golden record is of several labels, and the head decoded no scores.');
      return result.scores.map(({ label, probability }) => [label, { probability }]);
    },
  },
};

/** For each mask of a result, 1 in the cells that it has, in model space, and 0 in the others. */
export function cellsOf(result: TaskResults[Task]): readonly Uint8Array[] {
  if (!('masks' in result)) return [];
  const { masks, exclusive } = result;
  if (!exclusive) return masks.map(cellsFrom);
  const winners = winnersOf([...masks.map(({ logits }) => logits!), ...exclusive.others]);
  return masks.map((_, index) => Uint8Array.from(winners, (winner) => Number(winner === index)));
}

function cellsFrom({ logits, probabilities }: MaskPlane): Uint8Array {
  const [plane, from] = logits ? [logits, 0] : [probabilities, 0.5];
  return Uint8Array.from(plane, (value) => Number(value >= from));
}

function shareOf(cells: Uint8Array): number {
  return cells.reduce((count, cell) => count + cell, 0) / cells.length;
}

/** What a golden record has of each label, and what was decoded, in the same form. */
export function compareAnswers(known: RecordedAnswer, result: TaskResults[Task]) {
  const tests = TESTS[known.task];
  return {
    expected: Object.entries(tests.recordedNumbers(known as never)),
    found: new Map(tests.decodedNumbers(result)),
  };
}

/** The numbers of a head's result by label. */
export function numbersOf(task: Task, result: TaskResults[Task]): ReadonlyMap<string, Numbers> {
  return new Map(TESTS[task].decodedNumbers(result));
}

/** Of these labels, those that none of the results says anything for. Empty for a task that need not speak of all. */
export function unseenLabels(task: Task, labels: readonly string[], results: readonly unknown[]): readonly string[] {
  const { labelsSeen } = TESTS[task];
  if (!labelsSeen) return [];
  const seen = new Set(results.flatMap((result) => labelsSeen(result as never)));
  return labels.filter((label) => !seen.has(label));
}
