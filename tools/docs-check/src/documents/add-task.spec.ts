import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { findFilesThatNeed } from './add-task.js';
import { ROOT } from '../workspace.js';

/**
 * Where each task has its entry. A new table by task belongs here; a comparison with one task would be passed in
 * silence.
 */
const TABLES: readonly string[] = [
  'packages/cli/src/analyze/answers/answer-parts.ts',
  'packages/cli/src/analyze/answers/answer-rows.ts',
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
  'tools/docs-check/src/cards/hugging-face.ts',
  'tools/docs-check/src/cards/render-heads-table.ts',
];

const PAGE = new URL('docs/adding-a-task.md', ROOT);

it('the page about a new task names each of these files', () => {
  const page = readFileSync(PAGE, 'utf8');
  const named = [...page.matchAll(/`([\w./-]+)`/g)].map(([, path]) => path!);
  const unnamed = TABLES.filter((table) => !named.some((path) => table === path || isEndOf(table, path)));
  expect(unnamed).toEqual([]);
});

/** The page names the files of a folder without the folder, once it has named that. */
function isEndOf(table: string, path: string): boolean {
  return path.endsWith('.ts') && table.startsWith('packages/core/src/') && table.endsWith(`/${path}`);
}

/** Half a minute of compiling: for .ci/run, and for who adds a task or a table. */
const isAsked = Boolean(process.env.CI ?? process.env.MEDZOO_TEST_TASKS);

it.skipIf(isAsked)('compiles with a new task (left out: set CI or MEDZOO_TEST_TASKS to 1)', () => undefined);

describe.runIf(isAsked)('a new task', () => {
  it('does not compile until each place that has to know it does, and nowhere else', { timeout: 300_000 }, () => {
    expect(findFilesThatNeed('detection')).toEqual(TABLES);
  });
});
