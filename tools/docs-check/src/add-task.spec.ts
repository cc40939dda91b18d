import { describe, expect, it } from 'vitest';
import { findFilesThatNeed } from './add-task.js';

/**
 * Where each task has its entry. A new table by task belongs here; a comparison with one task would be passed in
 * silence.
 */
const TABLES: readonly string[] = [
  'packages/cli/src/analyze/answer-parts.ts',
  'packages/cli/src/analyze/answer-rows.ts',
  'packages/cli/src/check-head/checks/check-knowledge.ts',
  'packages/cli/src/domain/domain-findings.ts',
  'packages/cli/src/evaluation/subject/choose-subject.ts',
  'packages/cli/src/evaluation/subject/truths.ts',
  'packages/cli/src/presence/presence-by-task.ts',
  'packages/core/src/contract/answers/answers.ts',
  'packages/core/src/contract/answers/decoded-results.ts',
  'packages/core/src/tasks/rules-by-task.ts',
  'packages/core/src/testing/task-tests.ts',
  'packages/draw/src/draw-answer.ts',
  'packages/export/src/concepts/needs-concepts.ts',
  'packages/export/src/report/write-report.ts',
  'packages/export/src/source/split-answer.ts',
  'packages/export/src/table/write-csv.ts',
  'packages/gateway/src/graphql/answer-types.ts',
  'packages/gateway/src/graphql/to-head-answer.ts',
  // Its entry needs a type of the page's script, which then does not compile without fields and words for it.
  'packages/gateway/src/page/answer-fields.ts',
  'packages/gateway/src/page/render-analyse-form.ts',
  'packages/sam-med2d/src/standard-head.ts',
  'tools/docs-check/src/hugging-face.ts',
  'tools/docs-check/src/render-heads-table.ts',
];

/** Half a minute of compiling: for .ci/run, and for who adds a task or a table. */
const isAsked = Boolean(process.env.CI ?? process.env.MEDZOO_TEST_TASKS);

it.skipIf(isAsked)('compiles with a new task (left out: set CI or MEDZOO_TEST_TASKS to 1)', () => undefined);

describe.runIf(isAsked)('a new task', () => {
  it('does not compile until each place that has to know it does, and nowhere else', { timeout: 300_000 }, () => {
    expect(findFilesThatNeed('detection')).toEqual(TABLES);
  });
});
