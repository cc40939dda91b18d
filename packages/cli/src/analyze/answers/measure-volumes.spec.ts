import { bitmapToRle, type ImageMask } from '@medzoo/core';
import { expect, it } from 'vitest';
import type { PictureReport } from '../analyze-study.js';
import type { Study } from '../inputs/arrange-inputs.js';
import { measureVolumes } from './measure-volumes.js';

const SIZE = { width: 2, height: 2 };
const order = { ok: true, order: [0, 1], volume: { spacing: { x: 1, y: 1, z: 2 } } };
const study = { stacks: [{ from: 0, count: 2, order }] } as unknown as Study;

function report(area: number, absentBecause?: ImageMask['absentBecause']): PictureReport {
  const rle = bitmapToRle(new Uint8Array(4).fill(1, 0, area), SIZE);
  const mask = { label: 'brain', area, rle, ...(absentBecause && { absentBecause }) };
  const outcome = { ok: true, value: { task: 'segmentation', masks: [mask] } };
  return { heads: [{ id: 'head', outcome }] } as unknown as PictureReport;
}

it('adds up slices, of which those without the target are 0', () => {
  const [volume] = measureVolumes(study, [report(3), report(0, 'presence')]);
  expect(volume).toMatchObject({ foundIn: 1, slices: 2, volumeMm3: 6 });
});

it('gives no volume where a slice was not looked at, as it is of another kind', () => {
  const reason = expect.stringMatching(/^No answer on 1 of 2 slices \(1 of another kind/) as string;
  expect(measureVolumes(study, [report(3), report(0, 'domain')])).toEqual([
    { head: 'head', label: 'brain', foundIn: 1, slices: 2, volumeMm3: null, reason },
  ]);
});

it('says of which volume a number is, where a file has several', () => {
  const stacks = [0, 2].map((from) => ({ from, count: 2, order }));
  const reports = [report(3), report(1), report(0, 'presence'), report(2)];
  const volumes = measureVolumes({ stacks } as unknown as Study, reports);
  expect(volumes.map(({ stack, volumeMm3 }) => [stack, volumeMm3])).toEqual([
    [0, 8],
    [1, 4],
  ]);
  expect(measureVolumes(study, reports.slice(0, 2))[0]).not.toHaveProperty('stack');
});
