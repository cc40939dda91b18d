import type { HeadDescription, Task } from '@medzoo/core';
import type { ExportFormat } from '@medzoo/export';
import { expect, it } from 'vitest';
import { findExportReason } from './find-export-reason.js';

const code = { value: '1', scheme: 'SCT', meaning: 'x' };
const describeHead = (task: Task, labels: readonly string[], coded: readonly string[] = []): HeadDescription => {
  const concepts = Object.fromEntries(coded.map((label) => [label, { category: code, type: code }]));
  return { manifest: { id: 'a', task, params: {} }, trained: { labels, concepts } } as unknown as HeadDescription;
};

it.each<[Task, ExportFormat, readonly string[], RegExp | null]>([
  ['segmentation', 'seg', [], /no code.*: b/],
  ['segmentation', 'seg', ['b'], null],
  ['segmentation', 'sr', [], null],
  ['classification', 'sr', [], /no code.*: b/],
  ['regression', 'sr', [], /no code.*: b/],
  ['regression', 'sr', ['b'], null],
  ['keypoints', 'sr', [], null],
  ['keypoints', 'geojson', ['b'], /makes no masks/],
  ['multilabel', 'sr', [], /no code.*: b/],
  ['regression', 'csv', [], null],
  ['regression', 'seg', ['b'], /makes no masks/],
])('%s as %s, of labels with codes %j', (task, format, coded, expected) => {
  const reason = findExportReason(describeHead(task, ['b'], coded), {}, format, {});
  if (expected === null) expect(reason).toBeNull();
  else expect(reason).toMatch(expected);
});

it('a format that the image rules out: the reason, and what is possible', () => {
  const head = describeHead('segmentation', ['b', 'c']);
  expect(findExportReason(head, {}, 'nifti', { nifti: 'Why not.', seg: 'Other.' })).toMatch(/^Why not\. Possible: rt/);
  expect(findExportReason(head, {}, 'png', {})).toMatch(/this answer has 2/);
});
