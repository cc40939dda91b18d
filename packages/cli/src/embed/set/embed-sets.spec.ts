import { readFile, writeFile } from 'node:fs/promises';
import { parse } from 'csv-parse/sync';
import sharp from 'sharp';
import { beforeEach, expect, it } from 'vitest';
import { imageEntries, writeDicom, type Entry } from '../../../../dicom/test/write-dicom.js';
import { writeNifti } from '../../../../nifti/test/write-nifti.js';
import { withDecoders } from '../../decoders.js';
import { createEmbedFolder, paint, SIZE } from '../../testing/create-embed-folder.js';

let { at, embed, readRows, writeSet } = {} as Awaited<ReturnType<typeof createEmbedFolder>>;

beforeEach(async () => {
  ({ at, embed, readRows, writeSet } = await createEmbedFolder());
});

it('notices masks that were changed, where they are kept', async () => {
  await writeSet(['image,split,mask', '1.png,train,m.png', '2.png,val,m.png']);
  await writeFile(at('set/m.png'), await paint(1));
  const kept = { images: false, masks: true };
  await embed({ kept });
  await writeFile(at('set/m.png'), await paint(5));
  await expect(embed({ kept })).rejects.toThrow('--replace');
});

it('leaves out what it cannot read, and says which and why in a file of its own', async () => {
  await writeSet(['image,split,label', '1.png,train,x', 'gone.png,train,x', 'text.png,val,x', '2.png,val,x']);
  await writeFile(at('set/text.png'), 'no image');
  await expect(embed({ copies: 1 })).resolves.toMatchObject({ rows: 3, failed: 2 });
  expect((await readRows()).map(({ row, file }) => `${row} ${file}`)).toEqual(['0 1.png', '1 1.png', '2 2.png']);
  const failed: unknown = parse(await readFile(at('emb/failed.csv')), { columns: true });
  expect(failed).toEqual([
    { file: 'gone.png', error: expect.stringContaining('no such file') as string },
    { file: 'text.png', error: expect.stringContaining('does not begin like an image') as string },
  ]);
});

it('refuses a mask of another shape and one in colours, which are no numbers of classes', async () => {
  await writeSet(['image,split,mask', '1.png,train,square.png', '2.png,train,colour.png', '3.png,train,good.png']);
  await writeFile(at('set/square.png'), await paint(1, { width: 12, height: 12 }));
  await writeFile(at('set/good.png'), await paint(1));
  await writeFile(
    at('set/colour.png'),
    await sharp({ create: { ...SIZE, channels: 3, background: '#123' } })
      .png()
      .toBuffer(),
  );
  await expect(embed({ kept: { images: false, masks: true } })).resolves.toMatchObject({ rows: 1, failed: 2 });
  const failed = await readFile(at('emb/failed.csv'), 'utf8');
  expect(failed).toContain("Expected a mask of the image's shape, 24 x 12; got 12 x 12");
  expect(failed).toContain('got colours or a palette');
});

it('reads what hospitals send, as a head sees it', async () => {
  await writeSet(['image,split,label', 'slice.dcm,train,x', 'volume.nii,val,x']);
  const values = Uint8Array.from({ length: 64 }, (_, pixel) => pixel * 3);
  const size: Entry[] = [
    ['00280010', 'US', [8]],
    ['00280011', 'US', [8]],
    ['7FE00010', 'OB', values],
  ];
  await writeFile(at('set/slice.dcm'), writeDicom(imageEntries(size, { bits: 8 })));
  await writeFile(at('set/volume.nii'), writeNifti({ size: [8, 8, 1], code: 2, values }));
  const config = withDecoders({ threads: 1 });
  await expect(embed({ config })).resolves.toMatchObject({ rows: 2, failed: 0 });
  expect((await readRows()).map(({ width, height }) => [width, height])).toEqual([
    ['8', '8'],
    ['8', '8'],
  ]);
});

it('passes on columns of numbers, and no others', async () => {
  await writeSet([
    'image,split,Bone_Age_mo,tip_x,tip_y,effusion,patient,remark',
    '1.png,train,120.5,3,4,1,Jane Roe,none',
    '2.png,val,"n/a",,,-1,John Doe,',
    '3.png,test,96,0,11.5,0,,none',
  ]);
  await embed({ copies: 1 });
  const rows = await readRows();
  expect(Object.keys(rows[0]!).filter((name) => name.startsWith('index:'))).toEqual(
    ['bone_age_mo', 'effusion', 'tip_x', 'tip_y'].map((name) => `index:${name}`),
  );
  // The copy of the first has its cells too.
  expect(rows.map((row) => row['index:bone_age_mo'])).toEqual(['120.5', '120.5', 'n/a', '96']);
  expect(rows.map((row) => row['index:effusion'])).toEqual(['1', '1', '-1', '0']);
  expect(rows[2]!['index:tip_x']).toBe('');
  expect(await readFile(at('emb/rows.csv'), 'utf8')).not.toMatch(/Roe|Doe|remark/);
  // A truth that was mended is another set.
  await writeSet(['image,split,bone_age_mo', '1.png,train,121', '2.png,val,90', '3.png,test,96']);
  await expect(embed({ copies: 1 })).rejects.toThrow('holds embeddings of other images');
});
