import { stripVTControlCharacters } from 'node:util';
import { bitmapToRle, ZooError, type ImageMask, type Outcome, type Provenance } from '@medzoo/core';
import { expect, it } from 'vitest';
import { formatTable } from '../../terminal/format-table.js';
import { describeHead } from '../../testing/describe-head.js';
import { ANSWER_COLUMNS, answerRows } from './answer-rows.js';

const mask = (label: string, presence: number, area: number): ImageMask => ({
  label,
  presence,
  quality: 0.92,
  threshold: 0.5,
  rle: bitmapToRle(new Uint8Array(16).fill(1, 0, area), { width: 4, height: 4 }),
  area,
  areaFraction: area / 16,
  boundingBox: null,
});

it('answerRows keeps what is outlined apart from what is there without an outline and from what is absent', () => {
  const described = describeHead('automed', 'segmentation', ['lungs', 'polyp', 'wound']);
  const head = { ...described, trained: { ...described.trained, presenceThresholds: { wound: 0.5 } } };
  const masks = [mask('polyp', 0.86, 0), mask('lungs', 0.9, 4), mask('wound', 0.2, 0)];
  const value = { task: 'segmentation', masks } as const;
  const rows = answerRows(head, { ok: true, value, provenance: { view: { spacing: null } } as Provenance });
  expect(stripVTControlCharacters(formatTable(ANSWER_COLUMNS, rows)).split('\n').slice(1)).toEqual([
    '  automed  lungs       0.90     0.92  4 px  25.0 %',
    '           present, but no outline: presence of polyp 0.86',
    '           absent: presence of wound 0.20',
  ]);
});

const domain = { score: 9, threshold: 1, inDomain: false, nearest: 'photograph' };
const provenance = { view: { spacing: null } } as Provenance;
const linesOf = (head: Parameters<typeof answerRows>[0], outcome: Outcome<never>) =>
  stripVTControlCharacters(formatTable(ANSWER_COLUMNS, answerRows(head, outcome)))
    .split('\n')
    .slice(1);

it('answerRows says no presence of a head that does not judge it', () => {
  const head = describeHead('promptable', 'segmentation', ['object']);
  const value = { task: 'segmentation', masks: [mask('object', 1, 4)] } as never;
  expect(linesOf(head, { ok: true, value, provenance: { view: { spacing: null } } as Provenance })).toEqual([
    '  promptable  object               0.92  4 px  25.0 %',
  ]);
});

it('answerRows says in words which targets were not looked for, and which outlines are unsure', () => {
  const head = describeHead('automed', 'segmentation', ['lungs', 'polyp']);
  const masks = [
    { ...mask('polyp', 0.9, 0), domain, absentBecause: 'domain' },
    { ...mask('lungs', 0.9, 4), domain },
  ];
  const rows = linesOf(head, { ok: true, value: { task: 'segmentation', masks } as never, provenance });
  const words = 'was trained on. It looks most like: photograph.';
  expect(rows.slice(1)).toEqual([
    `           polyp not outlined. This does not look like the images that polyp ${words}`,
    `           lungs unsure. This does not look like the images that lungs ${words}`,
  ]);
});

it('answerRows calls a target absent on images of its own kind only', () => {
  const described = describeHead('automed', 'segmentation', ['lungs', 'polyp']);
  const head = { ...described, trained: { ...described.trained, presenceThresholds: { lungs: 0.5, polyp: 0.5 } } };
  const masks = [
    { ...mask('lungs', 0.2, 0), domain, absentBecause: 'presence' },
    { ...mask('polyp', 0.1, 0), domain: { ...domain, inDomain: true }, absentBecause: 'presence' },
  ];
  expect(linesOf(head, { ok: true, value: { task: 'segmentation', masks } as never, provenance })).toEqual([
    '  automed  absent: presence of polyp 0.10',
    '           not found, on an image of another kind: presence of lungs 0.20',
  ]);
});

it('answerRows says in words why a classifier does not answer, and that an answer is unsure', () => {
  const head = describeHead('brain-mri', 'classification', ['a', 'b']);
  const words = 'This does not look like the images that brain-mri was trained on. It looks most like: photograph.';
  const refused = linesOf(head, { ok: false, error: new ZooError('OUT_OF_DOMAIN', 'No.'), domain, provenance });
  expect(refused).toEqual([`  brain-mri  not answered. ${words}`]);
  const scores = [{ label: 'a', probability: 0.9 }];
  const value = { task: 'classification', label: 'a', scores, domain } as never;
  expect(linesOf(head, { ok: true, value, provenance })).toEqual([
    '  brain-mri  a 90 %',
    `             unsure. ${words}`,
  ]);
});

it('answerRows has a row for each number, with its unit and its interval', () => {
  const head = describeHead('hands', 'regression', ['bone age', 'ratio']);
  const interval = { lower: 110.5, upper: 139.51, coverage: 0.9 };
  const values = [
    { label: 'bone age', value: 125.012, unit: 'mo', interval },
    { label: 'ratio', value: 0.5, unit: '1' },
  ];
  const value = { task: 'regression', values, domain } as never;
  expect(linesOf(head, { ok: true, value, provenance })).toEqual([
    '  hands  bone age 125 months  110.5 months to 139.5 months (90 % interval)',
    '         ratio 0.5',
    expect.stringMatching(/^ +unsure\. This does not look like the images that hands was trained on\./),
  ]);
});

it('answerRows has a row for each point, in mm where the file says how large pixels are', () => {
  const head = describeHead('lines', 'keypoints', ['tip', 'carina']);
  const points = [
    { label: 'tip', point: { x: 10, y: 5 }, presence: 0.9 },
    { label: 'carina', point: null, presence: 0.02, absentBecause: 'presence' },
  ];
  const value = { task: 'keypoints', points } as never;
  const view = { spacing: { x: 0.5, y: 2, unit: 'mm' } };
  expect(linesOf(head, { ok: true, value, provenance: { view } as Provenance })).toEqual([
    '  lines  tip x 10.0, y 5.0 px  x 5.0, y 10.0 mm  presence 0.90',
    '         carina absent  presence 0.02',
  ]);
});

it('answerRows names the labels that an image has, and then the others', () => {
  const head = describeHead('findings', 'multilabel', ['mass', 'effusion']);
  const scores = [
    { label: 'mass', probability: 0.4, threshold: 0.3 },
    { label: 'effusion', probability: 0.2, threshold: 0.5 },
  ];
  const lines = (labels: readonly string[]) =>
    linesOf(head, { ok: true, value: { task: 'multilabel', labels, scores } as never, provenance });
  expect(lines(['mass'])).toEqual(['  findings  mass 40 %, not effusion 20 %']);
  expect(lines([])).toEqual(['  findings  none of its labels, not mass 40 %, effusion 20 %']);
});
