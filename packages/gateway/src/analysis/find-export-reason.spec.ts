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

it('names only formats that this answer can become', () => {
  const notDicom = { seg: 'No DICOM.', rtstruct: 'No DICOM.', sr: 'No DICOM.', sc: 'No DICOM.', nifti: 'No place.' };
  const possibleOf = (task: Task, format: ExportFormat, impossible = {}, labels = ['b', 'c']) =>
    findExportReason(describeHead(task, labels), {}, format, impossible)?.match(/ Possible: (.*)\.$/)?.[1];
  expect(possibleOf('classification', 'sr', notDicom)).toBe('csv');
  expect(possibleOf('classification', 'geojson', notDicom)).toBe('csv');
  expect(possibleOf('keypoints', 'seg')).toBe('sr, sc, csv');
  expect(possibleOf('classification', 'seg')).toBe('sc, csv'); // a report names it by codes, which it lacks
  expect(possibleOf('segmentation', 'seg', notDicom)).toBe('geojson, coco, rle, csv'); // it has two masks
  expect(possibleOf('segmentation', 'seg', notDicom, ['b'])).toBe('geojson, coco, png, rle, csv');
});
