import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { writeDataSet } from '../../testing/write-data-set.js';
import { readDataSet } from './data-set.js';

describe('readDataSet', () => {
  it('reads quotes, CRLF, a BOM, spaces and columns of its own', async () => {
    const folder = await writeDataSet(
      'mixed_set',
      '\uFEFFID, Image ,mask,Label,split,group,notes\r\n' +
        'a,images/a.png,masks/a.png,polyp,test,p1,"big, and ""odd"""\r\n' +
        'b,"images/b, b.png",,no polyp,train,,"two\r\nlines"\r\n\r\n',
    );
    const { rows, ...set } = await readDataSet(folder);
    expect(set).toEqual({ name: 'mixed_set', hasMasks: true, hasLabels: true, columns: ['notes'], notes: [] });
    expect(rows).toEqual([
      {
        id: 'a',
        image: join(folder, 'images/a.png'),
        mask: join(folder, 'masks/a.png'),
        listed: { image: 'images/a.png', mask: 'masks/a.png' },
        label: 'polyp',
        split: 'test',
        group: 'p1',
        pixelSize: undefined,
        measures: {},
        cells: { notes: 'big, and "odd"' },
      },
      {
        id: 'b',
        image: join(folder, 'images/b, b.png'),
        mask: undefined,
        listed: { image: 'images/b, b.png', mask: undefined },
        label: 'no polyp',
        split: 'train',
        group: 'images/b, b.png',
        pixelSize: undefined,
        measures: {},
        cells: { notes: 'two\r\nlines' },
      },
    ]);
  });

  it('names rows without an id by their image, and takes each for a group of its own', async () => {
    const folder = await writeDataSet('plain', 'image,label\nx.png,normal\nsub\\y.png,ill\n');
    const { rows, hasMasks } = await readDataSet(folder);
    expect(hasMasks).toBe(false);
    expect(rows.map(({ id, group, split }) => [id, group, split])).toEqual([
      ['x.png', 'x.png', undefined],
      ['sub\\y.png', 'sub/y.png', undefined],
    ]);
    expect(rows[1]!.image).toBe(join(folder, 'sub/y.png'));
  });

  it.each([
    ['', 'lists no images'],
    ['image,label\n', 'lists no images'],
    ['file,label\na.png,x\n', 'needs a column image; none of the 2 in its first line is called so.'],
    ['image,label,Label ,,\na.png,x,y,,\n', 'has two columns "label": upper and lower case count as the same. Take'],
    ['image,label\na.png,\n', 'neither a mask nor a label'],
    ['id,image,label\nx,a.png,1\n,b.png,1\n,c.png,1\nx,d.png,1\n', 'has one id twice, in rows 1 and 4. Take one'],
    [
      'ID; Image ;size\n1;a.png;0,5\n',
      'none of the 1 in its first line is called so. Its columns are separated by semicolons: save it with commas.',
    ],
    ['id\timage\n1\ta.png\n', 'separated by tabs: save it with commas.'],
    [
      'image,label\na.png,x,y,z\n',
      'is not valid CSV in line 2. It has more fields, or fewer, than the first line: leave',
    ],
  ])('refuses the index %j: %s', async (index, message) => {
    await expect(readDataSet(await writeDataSet('faulty', index))).rejects.toThrow(message);
  });

  it('refuses an index in a code page, whose letters would be lost, and reads one in UTF-16', async () => {
    const index = 'image,label\na.png,Größe\nb.png,Grüße\n';
    const folder = await writeDataSet('pages', index);
    await writeFile(join(folder, 'index.csv'), index, 'latin1');
    await expect(readDataSet(folder)).rejects.toThrow('index.csv is not in UTF-8 (line 2)');
    await writeFile(join(folder, 'index.csv'), `\uFEFF${index}`, 'utf16le');
    expect((await readDataSet(folder)).rows.map(({ label }) => label)).toEqual(['Größe', 'Grüße']);
  });

  it.each([
    ['Planted Name;1961\na.png;1\n'],
    ['image,label\na.png,Planted Name,x,y\n'],
    ['image,label\n"a.png"Planted Name,x\n'],
    ['id,image,label\nPlanted Name,a.png,x\nPlanted Name,b.png,y\n'],
    ['image,label,pixel_size_mm\na.png,x,Planted Name\n'],
  ])('prints nothing that stands in the index %j', async (index) => {
    const refusal = await readDataSet(await writeDataSet('faulty', index)).catch(String);
    expect(refusal).toMatch(/^Error: .*index\.csv|^CommandError: .*index\.csv/);
    expect(refusal).not.toContain('Planted');
  });

  it('takes folders for labels, says so, and passes over hidden ones', async () => {
    const folder = await writeDataSet('plain', '', {
      'ill/1.png': new Uint8Array(),
      'ill/.checkpoints/1.png': new Uint8Array(),
      'ill/notes.txt': new Uint8Array(),
      'well/2.dcm': new Uint8Array(),
      '.git/well/3.png': new Uint8Array(),
    });
    await rm(join(folder, 'index.csv'));
    const { rows, notes } = await readDataSet(folder);
    expect(rows.map(({ id, label, image }) => [id, label, image])).toEqual([
      ['ill/1.png', 'ill', join(folder, 'ill/1.png')],
      ['well/2.dcm', 'well', join(folder, 'well/2.dcm')],
    ]);
    expect(notes).toEqual([
      "There is no index.csv: the folders' names are the labels (ill, well).",
      'Left out, as their names do not end like images: 1 file.',
    ]);
  });

  it('takes links to images in folders for labels', async () => {
    const folder = await writeDataSet('plain', '', { 'ill/1.png': new Uint8Array(), 'pool/2.png': new Uint8Array() });
    await rm(join(folder, 'index.csv'));
    await mkdir(join(folder, 'well'));
    await symlink(join(folder, 'pool/2.png'), join(folder, 'well/3.png'));
    const { rows } = await readDataSet(folder);
    expect(rows.map(({ id, label }) => [id, label])).toContainEqual(['well/3.png', 'well']);
  });

  it('takes no folders for labels where there is an index that it cannot read', async () => {
    const folder = await writeDataSet('plain', '', { 'ill/1.png': new Uint8Array(), 'well/2.png': new Uint8Array() });
    await rm(join(folder, 'index.csv'));
    await mkdir(join(folder, 'index.csv'));
    await expect(readDataSet(folder)).rejects.toThrow('index.csv: This is a folder');
  });

  it('says what a set is where there is none', async () => {
    await expect(readDataSet('/nowhere')).rejects.toThrow('A set is a folder with an index.csv');
  });
});
