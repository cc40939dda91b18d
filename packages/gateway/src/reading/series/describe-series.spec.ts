import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DECODE_LIMITS } from '@medzoo/core';
import { expect, it } from 'vitest';
import { writeNifti } from '../../../../nifti/test/write-nifti.js';
import { createFolder } from '../../../test/create-folder.js';
import { describeSeries } from './describe-series.js';

it('takes files of one slice each, in a format of volumes, for one stack', async () => {
  const folder = createFolder();
  const files = [];
  for (const z of [8, 0, 4]) {
    const sform = [[-2, 0, 0, 10], [0, -3, 0, 20], [0, 0, 4, z]]; // prettier-ignore
    const path = join(folder, `${z}.nii`);
    await writeFile(path, writeNifti({ size: [6, 5, 1], code: 2, values: new Uint8Array(30), sform }));
    files.push({ path, frames: [0] });
  }
  const { stacks } = await describeSeries({ type: 'describe-series', files, limits: DECODE_LIMITS });
  expect(stacks).toMatchObject([{ from: 0, count: 3, order: { ok: true, order: [1, 2, 0] } }]);
});
