import { stripVTControlCharacters } from 'node:util';
import { bitmapToRle, type ImageMask, type Provenance } from '@medzoo/core';
import { expect, it } from 'vitest';
import { formatTable } from '../terminal/format-table.js';
import { describeHead } from '../testing/describe-head.js';
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
  const rows = answerRows(head, { ok: true, value, provenance: {} as Provenance });
  expect(stripVTControlCharacters(formatTable(ANSWER_COLUMNS, rows)).split('\n').slice(1)).toEqual([
    '  automed  lungs       90 %     0.92  4 px  25.0 %',
    '           present, but no outline: polyp 86 %',
    '           absent: wound 20 %',
  ]);
});
