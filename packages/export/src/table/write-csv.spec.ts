import { ZooError, type ImageMask } from '@medzoo/core/contract';
import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { NOTHING, PROVENANCE, RING, segmentation, SPOT } from '../../test/answers.js';
import { csvRow } from './csv-cells.js';
import { withPixelSizes } from './with-pixel-sizes.js';
import { writeCsv, type CsvAnswer } from './write-csv.js';

async function write(...answers: readonly CsvAnswer[]): Promise<Record<string, string>[]> {
  let text = '';
  for await (const line of writeCsv(answers)) text += line;
  expect(text.endsWith('\r\n')).toBe(true);
  return parse(text, { columns: true, record_delimiter: '\r\n' });
}

const masks = (...list: readonly ImageMask[]): CsvAnswer => ({
  image: 'scan 1.dcm',
  head: 'automed',
  outcome: { ok: true, value: segmentation(...list), provenance: PROVENANCE },
});

describe('writeCsv', () => {
  it('has a row for each mask, in millimetres where a pixel size is known', async () => {
    const [spot, nothing] = await write({ ...masks(SPOT, NOTHING), frame: 3, pixelSize: { x: 0.5, y: 2 } });
    expect(spot).toMatchObject({
      image: 'scan 1.dcm', frame: '3', head: 'automed', head_version: '0.5.0', weights_sha256: 'ab'.repeat(32), task: 'segmentation',
      weights_precision: 'reference',
      label: 'polyp', presence: '0.97', area_px: '20', unit: 'mm', area: '20', box_x_px: '9', box_height_px: '5', pixel_y_mm: '2', error: '',
    }); // prettier-ignore
    expect(nothing).toMatchObject({ area_px: '0', box_x_px: '', longest_diameter: '', ellipse_circumference: '' });
    expect((await write(masks(SPOT)))[0]).toMatchObject({ unit: 'px', pixel_x_mm: '', frame: '' });
  });

  it('measures each mask by what the file says of its place', async () => {
    const regions = [{ left: 8, top: 5, right: 14, bottom: 11 }];
    const spacing = { x: 0.5, y: 2, unit: 'mm', source: 'SequenceOfUltrasoundRegions', regions } as const;
    const provenance = { ...PROVENANCE, view: { ...PROVENANCE.view, spacing } };
    const value = segmentation(SPOT, RING);
    const rows = await write(...withPixelSizes({ ...masks(), outcome: { ok: true, value, provenance } }));
    expect(rows.map(({ label, unit, pixel_x_mm }) => [label, unit, pixel_x_mm])).toEqual([
      ['polyp', 'mm', '0.5'],
      ['lungs', 'px', ''],
    ]);
    const failed = { ok: false, error: new ZooError('BUSY', 'Later.') } as const;
    expect(await write(...withPixelSizes({ ...masks(), outcome: failed }))).toHaveLength(1);
  });

  it('has a row for each class, and one for what failed', async () => {
    const scores = [
      { label: 'normal', probability: 0.75 },
      { label: 'pneumonia', probability: 0.25 },
    ];
    const rows = await write(
      {
        ...masks(),
        outcome: { ok: true, value: { task: 'classification', label: 'normal', scores }, provenance: PROVENANCE },
      },
      { ...masks(), outcome: { ok: false, error: new ZooError('DEADLINE_EXCEEDED', 'Too late, Planted^Name.') } },
    );
    expect(rows.map(({ label, probability, error }) => [label, probability, error])).toEqual([
      ['normal', '0.75', ''],
      ['pneumonia', '0.25', ''],
      ['', '', 'DEADLINE_EXCEEDED'],
    ]);
    expect(JSON.stringify(rows)).not.toContain('Planted');
  });
});

it('has a row for each value, with its unit and its interval', async () => {
  const interval = { lower: 110.5, upper: 139.5, coverage: 0.9 };
  const values = [
    { label: 'bone age', value: 125, unit: 'mo', interval },
    { label: 'ratio', value: -0.5, unit: '1' },
  ];
  const outcome = { ok: true, value: { task: 'regression', values }, provenance: PROVENANCE } as const;
  const [age, ratio] = await write({ ...masks(), outcome });
  expect(age).toMatchObject({
    task: 'regression', label: 'bone age', value: '125', value_unit: 'mo', unit: '',
    interval_lower: '110.5', interval_upper: '139.5', interval_coverage: '0.9',
  }); // prettier-ignore
  expect(ratio).toMatchObject({ value: '-0.5', value_unit: '1', interval_lower: '', interval_coverage: '' });
});

it('has a row for each point, in pixels and millimetres, and for each of several labels', async () => {
  const points = [
    { label: 'tip', point: { x: 10, y: 5 }, presence: 0.9 },
    { label: 'carina', point: null, absentBecause: 'outside' },
  ] as const;
  const scores = [{ label: 'mass', probability: 0.4, threshold: 0.3 }];
  const ofPoints = { ok: true, value: { task: 'keypoints', points }, provenance: PROVENANCE } as const;
  const ofLabels = {
    ok: true,
    value: { task: 'multilabel', labels: ['mass'], scores },
    provenance: PROVENANCE,
  } as const;
  const [tip, carina, mass] = await write(
    { ...masks(), outcome: ofPoints, pixelSize: { x: 0.5, y: 2 } },
    { ...masks(), outcome: ofLabels },
  );
  expect(tip).toMatchObject({ label: 'tip', presence: '0.9', x_px: '10', y_px: '5', x_mm: '5', y_mm: '10' });
  expect(carina).toMatchObject({ label: 'carina', presence: '', x_px: '', y_mm: '' });
  expect(mass).toMatchObject({ task: 'multilabel', label: 'mass', probability: '0.4', threshold: '0.3' });
});

describe('csvRow', () => {
  it.each([
    ['=1+1', "'=1+1\r\n"],
    ['+1', "'+1\r\n"],
    ['-1', "'-1\r\n"],
    ['@SUM(A1)', "'@SUM(A1)\r\n"],
    [' =1', "' =1\r\n"],
    ['\t=1', "'\t=1\r\n"],
    ['＝1', "'＝1\r\n"],
    ['a,b', '"a,b"\r\n'],
    ['say "a"', '"say ""a"""\r\n'],
    ['two\nlines', '"two\nlines"\r\n'],
    ['plain', 'plain\r\n'],
    [-1.5, '-1.5\r\n'],
    [NaN, '\r\n'],
    [null, '\r\n'],
  ])('writes %j so that no spreadsheet runs it', (cell, row) => {
    expect(csvRow([cell])).toBe(row);
  });
});
