import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { drawSample } from '../samples.js';
import { writePhantomSet } from './write-phantom-set.js';

let folder: string;
beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), 'phantoms-'))));
afterAll(() => rm(folder, { recursive: true }));

it('writes images, their truth, and an index that says what is to be seen', { timeout: 120_000 }, async () => {
  expect(await writePhantomSet(folder, ['chest-film', 'brain-slice'])).toBe(2);
  expect(await readFile(join(folder, 'index.csv'), 'utf8')).toBe(
    'id,image,mask,label,split,target,task\n' +
      'chest-film,images/chest-film.png,masks/chest-film.png,lungs,all,lungs,chest-xray-pneumonia\n' +
      'brain-slice,images/brain-slice.png,masks/brain-slice.png,meningioma,all,,brain-mri\n',
  );
  const { data, info } = await sharp(join(folder, 'masks/chest-film.png'))
    .toColourspace('b-w')
    .raw()
    .toBuffer({ resolveWithObject: true });
  const { size, masks } = drawSample('chest-film');
  expect([info.width, info.height]).toEqual([size.width, size.height]);
  expect(data.equals(Buffer.from(masks.lungs!.map((value) => value * 255)))).toBe(true);
  expect(await sharp(join(folder, 'images/chest-film.png')).metadata()).toMatchObject({ ...size, format: 'png' });
});
