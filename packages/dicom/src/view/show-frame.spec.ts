import { describe, expect, test } from 'vitest';
import { show, VALUES, window } from '../../test/show-values.js';
import type { Entry } from '../../test/write-dicom.js';

const CT: Entry = ['00080060', 'CS', 'CT'];
const US: Entry = ['00080060', 'CS', 'US'];

describe('windows', () => {
  test('LINEAR: (c - 0.5, w - 1)', async () => {
    const shown = await show(window('250.5', '201'));
    expect(shown.data).toEqual([0, 0, 64, 191, 255, 255]);
    expect(shown.window).toEqual({ center: 250.5, width: 201, function: 'LINEAR', source: 'file' });
  });

  test('LINEAR_EXACT and SIGMOID', async () => {
    expect((await show(window('250', '200', 'LINEAR_EXACT'))).data).toEqual([0, 0, 64, 191, 255, 255]);
    expect((await show(window('250', '200', 'SIGMOID'))).data).toEqual([2, 12, 69, 186, 243, 253]);
  });

  test('the first of several, and each of them by its index', async () => {
    const several = window('50\\250', '101\\501');
    expect((await show(several)).window).toMatchObject({ center: 50, width: 101 });
    const second = await show(several, { window: { rule: 'file', index: 1 } });
    expect(second.window).toMatchObject({ center: 250, width: 501 });
    expect(second.description.windows).toHaveLength(2);
  });

  test('a window of no width is none', async () => {
    expect((await show(window('50', '0'))).window).toMatchObject({ source: 'range' });
  });

  test('is in values after the modality LUT; a negative slope turns black and white', async () => {
    const rescale: Entry[] = [
      ['00281053', 'DS', '-1'],
      ['00281052', 'DS', '500'],
    ];
    const shown = await show([...rescale, ...window('250', '501')]);
    expect(shown.data).toEqual([255, 204, 153, 102, 51, 0]);
    expect(shown.modality).toEqual({ kind: 'rescale', slope: -1, intercept: 500 });
  });

  test('none: a person sees smallest to largest value, a head what is usual', async () => {
    expect((await show([CT])).window).toMatchObject({ source: 'range', center: 250, width: 500 });
    expect((await show([CT], { purpose: 'head' })).window).toEqual({
      center: 40,
      width: 400,
      function: 'LINEAR',
      source: 'modality',
    });
    expect((await show([US], { purpose: 'head' }, { stored: 12 })).window).toMatchObject({
      center: 2047.5,
      width: 4095,
    });
    const mr = await show([['00080060', 'CS', 'MR']], { purpose: 'head' });
    expect(mr.window).toMatchObject({ source: 'modality', center: 250, width: 490 });
  });

  test.each([
    [
      { rule: 'fixed', center: 200, width: 101 },
      { center: 200, width: 101, source: 'fixed' },
    ],
    [
      { rule: 'percentiles', low: 0, high: 50 },
      { center: 125, width: 250, source: 'percentiles' },
    ],
    [{ rule: 'range' }, { center: 250, width: 500, source: 'range' }],
    [{ rule: 'stored' }, { center: 32767.5, width: 65535, source: 'stored' }],
  ] as const)('the rule %o', async (rule, expected) => {
    expect((await show(window('50', '101'), { window: rule })).window).toMatchObject(expected);
  });

  test.each([
    { rule: 'file', idex: 1 },
    { rule: 'fixed', center: 1, width: 0 },
    { rule: 'percentiles', low: 9, high: 1 },
    'file',
  ])('what is no rule: %o', async (rule) => {
    await expect(show([], { window: rule as never })).rejects.toMatchObject({ code: 'INVALID_PARAM' });
  });

  test('per frame, in functional groups', async () => {
    const frame = (center: string): readonly Entry[] => [['00289132', 'SQ', [window(center, '101')]]];
    const own: Entry[] = [
      ['00280008', 'IS', '2'],
      ['7fe00010', 'OW', [...VALUES, ...VALUES]],
      ['52009230', 'SQ', [frame('100'), frame('300')]],
    ];
    expect((await show(own, { frame: 1 })).window).toMatchObject({ center: 300 });
  });
});

describe('lookup tables', () => {
  const lut = (tag: string, descriptor: readonly number[], entries: readonly number[]): Entry => [
    tag,
    'SQ',
    [
      [
        ['00283002', 'US', descriptor],
        ['00283006', 'OW', entries],
      ],
    ],
  ];

  test('a modality LUT comes before the window; values beyond it take its ends', async () => {
    const shown = await show(
      [lut('00283000', [3, 100, 16], [10, 20, 30]), ['7fe00010', 'OW', [0, 100, 101, 102, 103, 999]]],
      {
        window: { rule: 'fixed', center: 20, width: 20, function: 'LINEAR_EXACT' },
      },
    );
    expect(shown.data).toEqual([0, 0, 128, 255, 255, 255]);
    expect(shown.modality.kind).toBe('lut');
  });

  test('a VOI LUT stands in for a window that is not there', async () => {
    const shown = await show([lut('00283010', [3, 0, 8], [0, 128, 255]), ['7fe00010', 'OW', [0, 1, 2, 3, 9, 0]]]);
    expect(shown.data).toEqual([0, 128, 255, 255, 255, 0]);
    expect(shown.window?.source).toBe('file-lut');
  });
});

describe('padding', () => {
  const padding: Entry[] = [
    ['00280103', 'US', [1]],
    ['00280120', 'SS', [-2000]],
    ['7fe00010', 'OW', [-2000, 0, 50, 100, 100, -2000]],
  ];

  test('counts for no statistic and is black', async () => {
    const shown = await show(padding);
    expect(shown.window).toMatchObject({ center: 50, width: 100 });
    expect(shown.data).toEqual([0, 0, 128, 255, 255, 0]);
    expect(shown.padding).toEqual({ from: -2000, to: -2000 });
  });

  test('may be a range', async () => {
    const shown = await show([...padding, ['00280121', 'SS', [0]]]);
    expect(shown.window).toMatchObject({ center: 75, width: 50 });
  });

  test('all of it: one value, and no error', async () => {
    expect((await show([...padding, ['7fe00010', 'OW', Array.from({ length: 6 }, () => -2000)]])).data).toEqual([
      0, 0, 0, 0, 0, 0,
    ]);
  });
});

test('what only describes another image is no input of a head', async () => {
  const seg: Entry = ['00080016', 'UI', '1.2.840.10008.5.1.4.1.1.66.4'];
  await expect(show([seg], { purpose: 'head' })).rejects.toMatchObject({ code: 'UNSUPPORTED_FORMAT' });
  expect((await show([seg])).data).toHaveLength(6);
  const dose: Entry = ['00080016', 'UI', '1.2.840.10008.5.1.4.1.1.481.2'];
  await expect(show([dose], { purpose: 'head' })).rejects.toThrow(/^The file is of the kind "RT dose": it says/);
});
