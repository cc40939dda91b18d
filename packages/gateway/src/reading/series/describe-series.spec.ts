import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DECODE_LIMITS } from '@medzoo/core';
import { expect, it } from 'vitest';
import { writeNifti } from '../../../../nifti/test/write-nifti.js';
import { createFolder } from '../../../test/create-folder.js';
import type { SeriesDescription } from '../reader-requests.js';
import { describeSeries } from './describe-series.js';

/** What is said of files of one slice each at these heights, in mm. */
async function describeSlices(...heights: number[]): Promise<SeriesDescription> {
  const folder = createFolder();
  const files = [];
  for (const z of heights) {
    const sform = [[-2, 0, 0, 10], [0, -3, 0, 20], [0, 0, 4, z]]; // prettier-ignore
    const path = join(folder, `${z}.nii`);
    await writeFile(path, writeNifti({ size: [6, 5, 1], code: 2, values: new Uint8Array(30), sform }));
    files.push({ path, frames: [0] });
  }
  return describeSeries({ type: 'describe-series', files, limits: DECODE_LIMITS });
}

it('takes files of one slice each, in a format of volumes, for one stack', async () => {
  const { stacks } = await describeSlices(8, 0, 4);
  expect(stacks).toMatchObject([{ from: 0, count: 3, order: { ok: true, order: [1, 2, 0] } }]);
});

it('offers NIfTI where its writer takes the distances, and volumes of a little less even slices', async () => {
  expect((await describeSlices(0, 4, 8.03)).impossible).not.toHaveProperty('nifti');
  const { stacks, impossible } = await describeSlices(0, 4, 8.2);
  expect(stacks[0]!.order.ok).toBe(true);
  expect(impossible.nifti).toMatch(/^The distances between slices are uneven \(4.000 to 4.200 mm\)/);
});
