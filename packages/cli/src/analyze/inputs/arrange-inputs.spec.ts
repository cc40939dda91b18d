import { mkdtemp, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { dicom } from '@medzoo/dicom';
import { beforeEach, expect, it } from 'vitest';
import { drawSlice } from '../../../../export/test/dicom-files.js';
import { imageEntries, writeDicom, type Entry } from '../../../../dicom/test/write-dicom.js';
import { withDecoders } from '../../decoders.js';
import { paintImage } from '../../testing/paint-image.js';
import { arrangeInputs, type ArrangeOptions } from './arrange-inputs.js';
import { findFiles } from './find-files.js';

/** More than Node reads into memory at once. The file system keeps nothing of it. */
const HUGE = 3 * 2 ** 30;
let folder: string;
const at = (name: string): string => join(folder, name);

async function arrange(paths: readonly string[], options: Partial<ArrangeOptions> = {}) {
  const errors: string[] = [];
  const onError = (_path: string, error: unknown): number => errors.push(String(error));
  const { decoders, limits } = withDecoders({});
  const arranged = await arrangeInputs(await findFiles(paths, onError), {
    ...{ decoders, limits, view: {}, frames: 'usual', onError },
    ...options,
  });
  return { ...arranged, errors };
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'inputs-'));
});

it('reads no more of a file than it has to', async () => {
  await writeFile(
    at('a.png'),
    await paintImage({ width: 4, height: 3 }, { x: 0, y: 0, width: 2, height: 2 }, 255, 0).png().toBuffer(),
  );
  await writeFile(at('film.mp4'), 'a film');
  await truncate(at('film.mp4'), HUGE);
  const { studies, passedOver, errors } = await arrange([folder]);
  expect([studies.map(({ kind }) => kind), passedOver, errors]).toEqual([['picture'], [at('film.mp4')], []]);
});

it('tells of each broken image in a folder as of one that was named', async () => {
  await writeFile(at('empty.png'), '');
  await writeFile(at('photo.jxl'), Buffer.from([0xff, 0x0a, 0, 0, 0, 0, 0, 0]));
  await writeFile(at('notes.txt'), 'no image');
  await symlink(at('gone.png'), at('link.png'));
  const names = ['empty.png', 'photo.jxl', 'link.png'];
  const { studies, passedOver, errors } = await arrange([folder]);
  expect([studies, passedOver]).toEqual([[], [at('notes.txt')]]);
  expect(errors).toHaveLength(names.length);
  expect(errors).toEqual((await arrange(names.map(at))).errors);
});

it('passes over DICOM files in a folder that are no images for a head, and refuses them by name', async () => {
  const own = (sopClass: string): Entry => ['00080016', 'UI', `1.2.840.10008.5.1.4.1.1.${sopClass}`];
  const pixels: Entry = ['7fe00010', 'OW', [1, 2, 3, 4, 5, 6]];
  await writeFile(at('a-report.dcm'), writeDicom(imageEntries([own('88.33')])));
  const bare = imageEntries([own('2')]).filter(([tag]) => tag !== '00280010' && tag !== '00280011');
  await writeFile(at('b-no-pixels'), writeDicom(bare));
  await writeFile(at('c-segmentation.dcm'), writeDicom(imageEntries([own('66.4'), pixels])));
  await writeFile(at('d-slide.dcm'), writeDicom(imageEntries([own('77.1.6'), pixels])));
  await writeFile(at('e-slice.dcm'), drawSlice(0));
  const { studies, passedOver, errors } = await arrange([folder]);
  expect(studies.map(({ path }) => basename(path))).toEqual(['d-slide.dcm', 'e-slice.dcm']);
  expect(passedOver.map((path) => basename(path))).toEqual(['a-report.dcm', 'b-no-pixels', 'c-segmentation.dcm']);
  expect(errors).toEqual([]);
  const named = await arrange([at('a-report.dcm'), at('c-segmentation.dcm')]);
  expect(named.errors).toEqual([expect.stringContaining('a structured report')]);
  expect(named.studies.map(({ path }) => basename(path))).toEqual(['c-segmentation.dcm']);
});

it('does not pass over a slice in a folder that is cut off before its pixels', async () => {
  await writeFile(at('cut-off.dcm'), writeDicom(imageEntries([])));
  const { passedOver, errors } = await arrange([folder]);
  expect([passedOver, errors]).toEqual([[], [expect.stringContaining('ends without pixels')]]);
});

it('reads a link in a folder that leads to an image', async () => {
  await writeFile(at('slice.dcm'), drawSlice(0));
  const other = await mkdtemp(join(tmpdir(), 'links-'));
  await symlink(at('slice.dcm'), join(other, 'link.dcm'));
  const { studies, errors } = await arrange([other]);
  expect([studies.map(({ path }) => path), errors]).toEqual([[join(other, 'link.dcm')], []]);
});

it('refuses a file beyond the limits before it is read', async () => {
  await writeFile(at('large.dcm'), Buffer.concat([Buffer.alloc(128), Buffer.from('DICM')]));
  await truncate(at('large.dcm'), HUGE);
  const { errors } = await arrange([folder], { limits: { maxBytes: 1000 } });
  expect(errors).toEqual([expect.stringContaining(`at most 1000 bytes; this one has ${HUGE}`)]);
});

it("puts a series together that the config's decoder reads by limits of its own", async () => {
  const deep = Array.from({ length: 20 }).reduce<Entry>(
    (inside) => ['00081140', 'SQ', [[inside]]],
    ['00081140', 'SQ', []],
  );
  for (const number of [1, 2]) {
    const series: Entry[] = [
      deep,
      ['0020000e', 'UI', '1.2.3'],
      ['00200013', 'IS', `${number}`],
      ['00200032', 'DS', `0\\0\\${number}`],
      ['00200037', 'DS', '1\\0\\0\\0\\1\\0'],
      ['00280030', 'DS', '1\\1'],
      ['7fe00010', 'OW', [1, 2, 3, 4, 5, 6]],
    ];
    await writeFile(at(`${number}.dcm`), writeDicom(imageEntries(series)));
  }
  expect((await arrange([folder])).errors).toHaveLength(2);
  const { studies, errors } = await arrange([folder], { decoders: [dicom({ limits: { maxDepth: 32 } })] });
  expect([studies.map(({ kind }) => kind), errors]).toEqual([['series'], []]);
});

it('tells the series of one folder apart by what their files are called', async () => {
  for (const series of ['1.2.3', '1.2.4']) {
    for (const z of [0, 3]) await writeFile(at(`${series}-${z}.dcm`), drawSlice(z, { '0020000e UI': series }));
  }
  const { studies } = await arrange([folder]);
  const name = basename(folder);
  expect(studies.map(({ title }) => title)).toEqual([`${folder} (${name})`, `${folder} (${name}-2)`]);
  expect((await arrange([at('1.2.3-0.dcm'), at('1.2.3-3.dcm')])).studies.map(({ title }) => title)).toEqual([folder]);
});

it('tells them apart in one line, without what a terminal obeys', async () => {
  folder = await mkdtemp(join(folder, 'a\n\u001b[2Jb-'));
  for (const series of ['1.2.3', '1.2.4']) {
    for (const z of [0, 3]) await writeFile(at(`${series}-${z}.dcm`), drawSlice(z, { '0020000e UI': series }));
  }
  for (const { title } of (await arrange([folder])).studies) expect(title).not.toMatch(/\p{Cc}/u);
});

it('gives the decoders the limits of the config', async () => {
  await writeFile(at('slice.dcm'), drawSlice(0));
  const limited = withDecoders({ limits: { maxPixels: 10 } });
  const { errors } = await arrange([at('slice.dcm')], { decoders: limited.decoders });
  expect(errors).toEqual([expect.stringContaining('at most 10 pixels a frame')]);
});

it('says which slices make no volume by their numbers in the outputs, whatever the files are called', async () => {
  const heights = { e: 0, d: 3, b: 9, a: 12 };
  for (const [name, z] of Object.entries(heights)) await writeFile(at(`${name}.dcm`), drawSlice(z));
  const { studies } = await arrange([folder]);
  expect(studies[0]!.pictures.map(({ file }) => basename(file)[0])).toEqual(['e', 'd', 'b', 'a']);
  expect(studies[0]!.stacks[0]!.order).toMatchObject({
    ok: false,
    reason: expect.stringContaining('Between slices 1 and 2 lie 6.00 mm') as string,
  });
});
