import { expect, it } from 'vitest';
import type { ImageMask } from '../../contract/index.js';
import { bitmapToRle } from '../masks/rle.js';
import { measureTargetVolumes } from './measure-target-volumes.js';

const maskOf = (label: string, area: number, absentBecause?: ImageMask['absentBecause']): ImageMask => ({
  ...{ label, presence: 1, quality: 1, threshold: 0.5, area, areaFraction: area / 12, boundingBox: null },
  rle: bitmapToRle(
    Uint8Array.from({ length: 12 }, (_, index) => (index < area ? 1 : 0)),
    { width: 4, height: 3 },
  ),
  ...(absentBecause && { absentBecause }),
});
const even = { ok: true, volume: { spacing: { x: 0.5, y: 0.5, z: 3 } } } as const;

it('adds up each target over the slices, also those without it', () => {
  const slices = [[maskOf('a', 5), maskOf('b', 1)], [maskOf('a', 0), maskOf('b', 2)], [maskOf('a', 7), maskOf('b', 3)]]; // prettier-ignore
  expect(measureTargetVolumes(slices, even)).toEqual([
    { label: 'a', foundIn: 2, slices: 3, volumeMm3: 12 * 0.75 },
    { label: 'b', foundIn: 3, slices: 3, volumeMm3: 6 * 0.75 },
  ]);
});

it('calls it no volume of 0 where no slice is of the kind that the target was learnt on', () => {
  const domain = { score: 9, threshold: 1, inDomain: false, nearest: 'photograph' };
  const abroad = { ...maskOf('a', 0, 'presence'), domain };
  const [none] = measureTargetVolumes([[abroad], [abroad]], even);
  expect(none).toMatchObject({
    foundIn: 0,
    volumeMm3: null,
    reason: expect.stringMatching(/^Not found, and every/) as string,
  });
  expect(measureTargetVolumes([[abroad], [maskOf('a', 4)]], even)).toMatchObject([{ volumeMm3: 3 }]);
});

it.each([
  ['a slice has no answer', [[maskOf('a', 5)], undefined], even, /^No answer on 1 of 2 slices/],
  [
    'a slice was not looked at',
    [[maskOf('a', 5)], [maskOf('a', 0, 'domain')]],
    even,
    /^No answer on 1 of 2 slices \(1 of another kind of image than/,
  ],
  [
    'one of each',
    [[maskOf('a', 5)], undefined, [maskOf('a', 0, 'domain')]],
    even,
    /^No answer on 2 of 3 slices \(1 of another kind/,
  ],
  ['slices are no volume', [[maskOf('a', 5)], [maskOf('a', 5)]], { ok: false, reason: 'A gap.' } as const, /^A gap\./],
  ['there is one slice', [[maskOf('a', 5)]], even, /^One slice alone/],
])('gives no volume, and the reason, where %s', (_, slices, geometry, reason) => {
  expect(measureTargetVolumes(slices, geometry)).toMatchObject([
    { label: 'a', volumeMm3: null, reason: expect.stringMatching(reason) as string },
  ]);
});
