import { describe, expect, test } from 'vitest';
import { imageEntries, SYNTAX, writeDicom, type Entry, type Writing } from '../../test/write-dicom.js';
import { createDicomDecoder, type ShowOptions } from '../index.js';

const decoder = createDicomDecoder();
const VALUES = [0, 100, 200, 300, 400, 500];

async function show(own: readonly Entry[], options: ShowOptions = {}, depth = {}, writing: Writing = {}) {
  const bytes = writeDicom(imageEntries([['7fe00010', 'OW', VALUES], ...own], depth), writing);
  const shown = await decoder.decodeFrame(bytes, options);
  return { ...shown, data: Array.from(shown.data) };
}

const window = (center: string, width: string, windowFunction = 'LINEAR'): Entry[] => [
  ['00281050', 'DS', center],
  ['00281051', 'DS', width],
  ['00281056', 'CS', windowFunction],
];
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

describe('photometric interpretation', () => {
  test('MONOCHROME1 is inverted last', async () => {
    const shown = await show([['00280004', 'CS', 'MONOCHROME1'], ...window('250', '501')]);
    expect(shown.data).toEqual([255, 204, 153, 102, 51, 0]);
    expect(shown.photometric).toBe('inverted');
  });

  test.each([
    ['MONOCHROME1', 'INVERSE', true],
    ['MONOCHROME1', 'IDENTITY', true],
    ['MONOCHROME2', 'INVERSE', true],
    ['MONOCHROME2', 'IDENTITY', false],
  ])('%s with a PresentationLUTShape of %s', async (photometric, shape, isInverted) => {
    const entries: Entry[] = [['00280004', 'CS', photometric], ['20500020', 'CS', shape], ...window('250', '501')];
    const straight = [0, 51, 102, 153, 204, 255];
    expect((await show(entries)).data).toEqual(isInverted ? straight.toReversed() : straight);
  });

  const palette = (bits: number, entries: readonly number[], vr = 'OW'): Entry[] => [
    ['00280004', 'CS', 'PALETTE COLOR'],
    ...['1', '2', '3'].flatMap((channel): Entry[] => [
      [`0028110${channel}`, 'US', [entries.length, 10, bits]],
      [`0028120${channel}`, vr, entries.map((entry) => Math.max(0, entry - (Number(channel) - 1)))],
    ]),
    ['7fe00010', 'OB', Uint8Array.of(0, 10, 11, 12, 13, 255)],
  ];

  test.each([
    ['16 bits', palette(16, [0x1000, 0x8000, 0xff00, 0x0100]), [16, 128, 255, 1]],
    ['16 bits that hold values of 8', palette(16, [16, 128, 255, 2]), [16, 128, 255, 2]],
    ['8 bits, one a word', palette(8, [16, 128, 255, 2]), [16, 128, 255, 2]],
    ['8 bits, one a byte', palette(8, [16, 128, 255, 2], 'OB'), [16, 128, 255, 2]],
  ])('PALETTE COLOR of %s', async (_name, own, levels) => {
    const shown = await show(own, {}, { bits: 8 });
    const red = shown.data.filter((_, index) => index % 3 === 0);
    expect(red).toEqual([levels[0], levels[0], levels[1], levels[2], levels[3], levels[3]]);
    expect(shown).toMatchObject({ channels: 3, window: null, photometric: 'palette' });
  });

  test.each([SYNTAX.explicit, SYNTAX.big])('a segmented palette in %s', async (syntax) => {
    // Discrete (2 entries), linear (3 more up to 0x5000), then both again by an indirect segment at byte 0.
    const segments = [0, 2, 0x1000, 0x2000, 1, 3, 0x5000, 2, 2, 0, 0];
    const channels = ['1', '2', '3'].flatMap((channel): Entry[] => [
      [`0028110${channel}`, 'US', [10, 0, 16]],
      [`0028122${channel}`, 'OW', segments],
    ]);
    const own: Entry[] = [
      ['00280004', 'CS', 'PALETTE COLOR'],
      ...channels,
      ['7fe00010', 'OB', Uint8Array.of(0, 1, 2, 4, 5, 9)],
    ];
    const shown = await show(own, {}, { bits: 8 }, { syntax });
    expect(shown.data.filter((_, index) => index % 3 === 0)).toEqual([0x10, 0x20, 0x30, 0x50, 0x10, 0x50]);
  });

  test('a segmented palette that calls itself is refused', async () => {
    const channels = ['1', '2', '3'].flatMap((channel): Entry[] => [
      [`0028110${channel}`, 'US', [4, 0, 16]],
      [`0028122${channel}`, 'OW', [2, 1, 0, 0]],
    ]);
    const own: Entry[] = [['00280004', 'CS', 'PALETTE COLOR'], ...channels];
    await expect(show(own)).rejects.toMatchObject({ code: 'INVALID_IMAGE' });
  });

  const colour = (photometric: string, bits: number, values: readonly number[]) =>
    show(
      [
        ['00280002', 'US', [3]],
        ['00280004', 'CS', photometric],
        ['00280010', 'US', [1]],
        ['00280011', 'US', [1]],
        ['7fe00010', bits > 8 ? 'OW' : 'OB', values],
      ],
      {},
      { bits },
    );

  test('RGB of 16 bits, and YBR_FULL', async () => {
    expect((await colour('RGB', 16, [0, 0x8080, 0xffff])).data).toEqual([0, 128, 255]);
    expect((await colour('YBR_FULL', 8, [76, 85, 255])).data).toEqual([254, 0, 0]);
    expect((await colour('YBR_RCT', 8, [76, 85, 255])).data).toEqual([76, 85, 255]);
  });
});

test('what only describes another image is no input of a head', async () => {
  const seg: Entry = ['00080016', 'UI', '1.2.840.10008.5.1.4.1.1.66.4'];
  await expect(show([seg], { purpose: 'head' })).rejects.toMatchObject({ code: 'UNSUPPORTED_FORMAT' });
  expect((await show([seg])).data).toHaveLength(6);
  const dose: Entry = ['00080016', 'UI', '1.2.840.10008.5.1.4.1.1.481.2'];
  await expect(show([dose], { purpose: 'head' })).rejects.toThrow(/^The file is of the kind "RT dose": it says/);
});
