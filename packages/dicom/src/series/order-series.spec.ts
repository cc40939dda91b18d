import { describe, expect, test } from 'vitest';
import { imageEntries, writeDicom, type Entry } from '../../test/write-dicom.js';
import { createDicomDecoder, orderSeries, sortSeries, type SeriesSlice } from '../index.js';

const SAGITTAL = { row: [0, 1, 0], column: [0, 0, -1] } as const;

function slice(height: number, own: Partial<SeriesSlice> = {}): SeriesSlice {
  return {
    rows: 4,
    columns: 5,
    spacing: { x: 0.5, y: 0.6, unit: 'mm', source: 'PixelSpacing' },
    // The normal of these two directions is -x.
    geometry: { position: [-height, 10, 20], orientation: SAGITTAL },
    ...own,
  };
}

test('slices are sorted by where they lie, and their distance comes from there', () => {
  const series = orderSeries([slice(5), slice(0), slice(2.5)]);
  expect(series).toMatchObject({ ok: true, order: [1, 2, 0] });
  if (series.ok) {
    expect(series.volume.spacing).toEqual({ x: 0.5, y: 0.6, z: 2.5 });
    expect(series.volume.origin).toEqual([-0, 10, 20]);
    expect(series.volume.directions.z.map((value) => value + 0)).toEqual([-1, 0, 0]);
    expect(series.volume.size).toEqual({ columns: 5, rows: 4, slices: 3 });
  }
});

test('a reason counts images as they are sorted', () => {
  const images = [5, 0, 1, 4].map((height) => {
    const { rows, columns, ...facts } = slice(height);
    return { height, description: { width: columns, height: rows, facts } };
  });
  const { sorted, order } = sortSeries(images, ({ description }) => description as never);
  expect(sorted.map(({ height }) => height)).toEqual([0, 1, 4, 5]);
  expect(order).toMatchObject({ fault: 'gap', order: [0, 1, 2, 3] });
  expect(order.ok ? '' : order.reason).toContain('Between slices 1 and 2');
});

describe('what makes no volume, and which slice is to blame', () => {
  const turned = { position: [-5, 10, 20], orientation: { row: [1, 0, 0], column: [0, 1, 0] } } as const;
  const wide = { x: 0.7, y: 0.6, unit: 'mm', source: 'PixelSpacing' } as const;
  const detector = { x: 0.5, y: 0.6, unit: 'mm at detector', source: 'ImagerPixelSpacing' } as const;

  test.each([
    ['empty', [], /no slice/],
    ['no geometry', [slice(0), slice(1, { geometry: null })], /Slice 1/],
    ['no geometry', [0, 1].map((at) => slice(at, { geometry: null })), /^No slice says where in the patient it lies/],
    ['mixed orientation', [slice(0), slice(1), slice(2, { geometry: turned })], /Slice 2/],
    ['mixed size', [slice(0), slice(1, { rows: 8 })], /Slice 1/],
    ['no spacing', [slice(0), slice(1, { spacing: null })], /Slice 1/],
    ['no spacing', [slice(0, { spacing: detector }), slice(1, { spacing: detector })], /Slice 0/],
    ['mixed spacing', [slice(0), slice(1, { spacing: wide })], /Slice 1/],
    ['duplicate position', [slice(0), slice(1), slice(1)], /1 and 2/],
    ['gap', [slice(0), slice(1), slice(2), slice(4)], /2\.00 mm/],
    ['gap', [slice(0), slice(1), slice(2), slice(2.8)], /0\.80 mm/],
    [
      'shifted slices',
      [slice(0), slice(1, { geometry: { position: [-1, 12, 20], orientation: SAGITTAL } })],
      /Slice 1/,
    ],
  ] as const)('%s', (fault, slices, reason) => {
    const series = orderSeries(slices);
    expect(series).toMatchObject({ ok: false, fault });
    if (!series.ok) expect(series.reason).toMatch(reason);
  });

  test('rounded positions are no gap', () => {
    expect(orderSeries([slice(0), slice(1.02), slice(1.99), slice(3)])).toMatchObject({ ok: true });
  });
});

test('the frames of an enhanced file are a series as well', () => {
  const decoder = createDicomDecoder();
  const frame = (z: number): readonly Entry[] => [['00209113', 'SQ', [[['00200032', 'DS', `0\\0\\${z}`]]]]];
  const shared: readonly Entry[] = [
    ['00209116', 'SQ', [[['00200037', 'DS', '1\\0\\0\\0\\1\\0']]]],
    ['00289110', 'SQ', [[['00280030', 'DS', '1\\1']]]],
  ];
  const file = writeDicom(
    imageEntries([
      ['00280008', 'IS', '3'],
      ['52009229', 'SQ', [shared]],
      ['52009230', 'SQ', [frame(4), frame(0), frame(2)]],
      ['7fe00010', 'OW', Array.from({ length: 18 }, () => 1)],
    ]),
  );
  expect(orderSeries(decoder.describeFrames(file))).toMatchObject({
    ok: true,
    order: [1, 2, 0],
    volume: { spacing: { z: 2 } },
  });
});

test('files of one series share a key, which is none of their UIDs', () => {
  const decoder = createDicomDecoder();
  const write = (series: string) =>
    writeDicom(
      imageEntries([
        ['0020000e', 'UI', series],
        ['7fe00010', 'OW', [1, 2, 3, 4, 5, 6]],
      ]),
    );
  expect(decoder.seriesKey(write('1.2.3'))).toBe(decoder.seriesKey(write('1.2.3')));
  expect(decoder.seriesKey(write('1.2.3'))).not.toBe(decoder.seriesKey(write('1.2.4')));
  expect(decoder.seriesKey(write('1.2.3'))).not.toContain('1.2.3');
  expect(decoder.seriesKey(writeDicom(imageEntries([['7fe00010', 'OW', [1, 2, 3, 4, 5, 6]]])))).toBeNull();
});
