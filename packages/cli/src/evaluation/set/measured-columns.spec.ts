import { measureMask, bitmapToRle } from '@medzoo/core';
import { describe, expect, it } from 'vitest';
import { measureAs, readMeasures, readPixelSize } from './measured-columns.js';

describe('readPixelSize', () => {
  it.each([
    [{ pixel_size_mm: '0.2' }, { x: 0.2, y: 0.2 }],
    [
      { pixel_size_mm_original: '0.07', pixel_size_mm_prepared: '0.17' },
      { x: 0.17, y: 0.17 },
    ],
    [
      { pixel_size_mm: '0.07', pixel_size_mm_prepared: '0.17' },
      { x: 0.17, y: 0.17 },
    ],
    [
      { pixel_size_x_mm: '0.2', pixel_size_y_mm: '0.3' },
      { x: 0.2, y: 0.3 },
    ],
    [{ pixel_size_mm_original: '0.07' }, undefined],
    [{ pixel_size_mm: '' }, undefined],
  ])('of %j is %j', (fields, size) => expect(readPixelSize(fields, 7)).toEqual(size));

  it.each([
    [{ pixel_size_mm: '0' }, 'index.csv, row 7: Expected a number above 0 in pixel_size_mm, such as 0.25; got 0. Mend'],
    [{ pixel_size_mm: '0,2' }, '; got text.'],
    [{ pixel_size_x_mm: '0.2' }, 'above 0 in pixel_size_y_mm, such as 0.25; got nothing.'],
  ])('refuses %j', (fields, message) => expect(() => readPixelSize(fields, 7)).toThrow(message));
});

describe('measured columns', () => {
  it('are known by how their names end', () => {
    const fields = {
      head_circumference_mm: '170.5',
      area_mm2: '9',
      wound_diameter_mm: '',
      circumference: '3',
      hc: '1',
    };
    expect(readMeasures(fields, 3)).toEqual({ head_circumference_mm: 170.5, area_mm2: 9 });
    expect(() => readMeasures({ wound_area_mm2: 'large' }, 3)).toThrow(
      'index.csv, row 3: Expected a number above 0 in wound_area_mm2, such as 0.25; got text.',
    );
  });

  it('are compared with what a mask measures', () => {
    const square = measureMask(bitmapToRle(new Uint8Array(16).fill(1), { width: 4, height: 4 }), { x: 0.5, y: 1 });
    const columns = ['area_mm2', 'longest_diameter_mm', 'circumference_mm', 'outline_perimeter_mm'];
    const { ellipse, longestDiameter, perimeter } = square;
    const expected = [8, longestDiameter!.length, ellipse!.circumference, perimeter];
    expect(columns.map((column) => measureAs(column, square))).toEqual(expected);
    const nothing = measureMask(bitmapToRle(new Uint8Array(16), { width: 4, height: 4 }));
    expect(columns.map((column) => measureAs(column, nothing))).toEqual([0, 0, 0, 0]);
  });
});
