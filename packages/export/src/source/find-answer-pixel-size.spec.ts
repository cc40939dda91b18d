import type { KeypointsAnswer, PixelSpacing } from '@medzoo/core/contract';
import { expect, test } from 'vitest';
import { NOTHING, PROVENANCE, RING, segmentation, SPOT } from '../../test/answers.js';
import { findAnswerPixelSize } from './find-answer-pixel-size.js';
import { findPlane } from './find-plane.js';

const spacing: PixelSpacing = { x: 0.5, y: 0.8, unit: 'mm', source: 'PixelSpacing' };
const around = { left: 8, top: 5, right: 14, bottom: 11 };

const pointsAt = (...columns: readonly (number | null)[]): KeypointsAnswer => ({
  task: 'keypoints',
  points: columns.map((x, index) => ({ label: String(index), point: x === null ? null : { x, y: 7 } })),
});

test.each([
  ['the file says it', spacing, segmentation(RING, SPOT), { x: 0.5, y: 0.8 }],
  ['it says nothing', null, segmentation(SPOT), undefined],
  ['all masks are in a region', { ...spacing, regions: [around] }, segmentation(SPOT), { x: 0.5, y: 0.8 }],
  ['one mask is not', { ...spacing, regions: [around] }, segmentation(SPOT, RING), undefined],
  ['an empty mask is nowhere', { ...spacing, regions: [around] }, segmentation(SPOT, NOTHING), { x: 0.5, y: 0.8 }],
  ['all points are in a region', { ...spacing, regions: [around] }, pointsAt(9, null, 14), { x: 0.5, y: 0.8 }],
  ['one point is not', { ...spacing, regions: [around] }, pointsAt(9, 19), undefined],
  ['there are classes', spacing, { task: 'classification', label: 'a', scores: [] } as const, { x: 0.5, y: 0.8 }],
])('the pixel size of an answer where %s', (_name, said, value, expected) => {
  const provenance = { ...PROVENANCE, view: { ...PROVENANCE.view, spacing: said } };
  expect(findAnswerPixelSize({ value, provenance })).toEqual(expected);
});

test('the plane of an image, which it has to say in millimetres of the patient', () => {
  const geometry = { position: [1, 2, 3], orientation: { row: [1, 0, 0], column: [0, 0, -1] } } as const;
  expect(findPlane({ geometry, spacing })).toEqual({
    ...{ position: [1, 2, 3], rowDirection: [1, 0, 0], columnDirection: [0, 0, -1] },
    spacing: { x: 0.5, y: 0.8 },
  });
  const [columns, rows] = [
    { axis: 1, flipped: true },
    { axis: 2, flipped: true },
  ] as const;
  const grid = { slice: 0, reversed: false, columns, rows } as const;
  expect(findPlane({ geometry, spacing: { ...spacing, z: 4 }, grid })).toMatchObject({ sliceThickness: 4, grid });
  expect(findPlane({ geometry: null, spacing })).toBeUndefined();
  expect(findPlane({ geometry, spacing: { ...spacing, unit: 'mm at detector' } })).toBeUndefined();
  expect(findPlane({ geometry, spacing: null })).toBeUndefined();
});
