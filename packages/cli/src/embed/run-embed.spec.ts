import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createOnnxBackend, decodeImage, preprocess } from '@medzoo/core';
import { testEncoder, testVariantEncoder } from '@medzoo/core/testing';
import { Float16Array } from '@petamoriken/float16';
import { parse } from 'csv-parse/sync';
import sharp from 'sharp';
import { beforeEach, expect, it } from 'vitest';
import { imageEntries, writeDicom, type Entry } from '../../../dicom/test/write-dicom.js';
import { writeNifti } from '../../../nifti/test/write-nifti.js';
import { withDecoders } from '../decoders.js';
import { readSafetensors } from '../testing/read-safetensors.js';
import { moveCells, type Augmentation } from './augmentation.js';
import { runEmbed, type EmbedOptions } from './run-embed.js';

const SIZE = { width: 24, height: 12 };
/** Of the test encoder: 4 channels of 2 x 2 cells, in halves. */
const EMBEDDING_BYTES = 32;

let folder: string;
const at = (...parts: string[]): string => join(folder, ...parts);

/** Brighter to the right, and more so with `slope`: no two of them are alike, nor like their mirror images. */
function paint(slope: number, { width, height } = SIZE): Promise<Buffer> {
  const pixels = Uint8Array.from({ length: width * height }, (_, pixel) => (pixel % width) * slope);
  return sharp(pixels, { raw: { width, height, channels: 1 } })
    .toColourspace('b-w')
    .png()
    .toBuffer();
}

function embed(options: Partial<EmbedOptions> = {}) {
  return runEmbed({
    data: at('set'),
    out: at('emb'),
    copies: 0,
    changes: ['flip', 'rotate', 'brightness', 'contrast'],
    seed: 1,
    splits: undefined,
    kept: { images: false, masks: false },
    replace: false,
    chosen: { encoder: testEncoder, package: { name: '@medzoo/test', version: '1.0.0' } },
    config: { threads: 1 },
    onProgress: () => undefined,
    onNote: () => undefined,
    ...options,
  });
}

const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

const readRows = async (): Promise<Record<string, string>[]> =>
  parse(await readFile(at('emb/rows.csv')), { columns: true });

async function writeSet(index: readonly string[]): Promise<void> {
  await mkdir(at('set'), { recursive: true });
  await writeFile(at('set/index.csv'), index.join('\n'));
  for (const slope of [1, 2, 3, 4, 5, 6]) await writeFile(at('set', `${slope}.png`), await paint(slope));
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'embed-'));
});

it('writes the embedding of each image in float16, and says what it is of', async () => {
  await writeSet(['image,split,label', '1.png,train,low', '2.png,val,high', '3.png,test,low']);
  await expect(embed()).resolves.toMatchObject({ rows: 3, failed: 0, bySplit: { train: 1, val: 1, test: 1 } });

  expect((await readdir(at('emb'))).toSorted()).toEqual([
    ...['embed.json', 'golden.png', 'golden.safetensors', 'rows.csv', 'shard-00000.safetensors'],
  ]);
  const golden = await readSafetensors(at('emb/golden.safetensors'));
  expect(golden.image).toMatchObject({ dtype: 'F32', shape: [1, 3, 16, 16] });
  expect(golden.embedding).toMatchObject({ dtype: 'F32', shape: [1, 4, 2, 2] });
  const { embeddings } = await readSafetensors(at('emb/shard-00000.safetensors'));
  expect(embeddings).toMatchObject({ dtype: 'F16', shape: [3, 4, 2, 2] });

  const backend = await createOnnxBackend({ threads: 1 });
  const session = await backend.open(testEncoder.trained.model);
  for (const [row, slope] of [1, 2, 3].entries()) {
    const input = preprocess(await decodeImage(await paint(slope)), testEncoder.trained.preprocess);
    const { embedding } = await session.run({ image: input });
    const start = row * EMBEDDING_BYTES;
    expect(embeddings!.bytes.subarray(start, start + EMBEDDING_BYTES)).toEqual(
      Buffer.from(new Float16Array(embedding!.data as Float32Array).buffer),
    );
  }
  await session.close();

  expect(JSON.parse(await readFile(at('emb/embed.json'), 'utf8'))).toMatchObject({
    format: 'medzoo-embeddings/1',
    encoder: {
      id: 'test-encoder',
      digest: testEncoder.trained.model.sha256,
      package: '@medzoo/test',
      version: '1.0.0',
    },
    dataset: 'set',
    preprocess: testEncoder.trained.preprocess,
    embedding: { shape: [4, 2, 2], dtype: 'float16' },
    ...{ copies: 0, seed: 1, rows: 3, shards: ['shard-00000.safetensors'] },
  });
  expect((await readRows())[1]).toEqual({
    ...{ row: '1', shard: 'shard-00000.safetensors', index: '1', file: '2.png', split: 'val', label: 'high', mask: '' },
    ...{ copy: '0', augmentation: '', width: '24', height: '12', group: 'row 2', sha256: sha256Of(await paint(2)) },
  });
});

it('copies images of train alone, says how each differs, and turns its mask alike', async () => {
  await writeSet(['image,split,mask', '1.png,train,m.png', '2.png,val,m.png', '3.png,val,']);
  const mask = await paint(1); // a class in each column
  await writeFile(at('set/m.png'), mask);
  await embed({ copies: 3, kept: { images: true, masks: true } });

  const rows = await readRows();
  expect(rows.map(({ file, copy }) => `${file} ${copy}`)).toEqual([
    '1.png 0',
    '1.png 1',
    '1.png 2',
    '1.png 3',
    '2.png 0',
  ]);
  const tensors = await readSafetensors(at('emb/shard-00000.safetensors'));
  expect(tensors.masks).toMatchObject({ dtype: 'U8', shape: [5, 16, 16] });
  expect(tensors.images).toMatchObject({ dtype: 'U8', shape: [5, 3, 16, 16] });

  const stored = { ...(await decodeImage(mask)) };
  for (const [index, { augmentation }] of rows.entries()) {
    const change = augmentation ? (JSON.parse(augmentation) as Augmentation) : { flip: false, rotate: 0 as const };
    const moved = moveCells(stored, change);
    const nearest = Uint8Array.from({ length: 256 }, (_, cell) => {
      const row = Math.floor(((Math.floor(cell / 16) + 0.5) * moved.height) / 16);
      return moved.data[row * moved.width + Math.floor((((cell % 16) + 0.5) * moved.width) / 16)]!;
    });
    expect(new Uint8Array(tensors.masks!.bytes.subarray(index * 256, (index + 1) * 256)), augmentation).toEqual(
      nearest,
    );
  }
  expect(new Set(rows.map(({ augmentation }) => augmentation)).size).toBeGreaterThan(2);
});

it('goes on where a run stopped, to the same bytes', async () => {
  const index = ['image,split,label', ...[1, 2, 3, 4, 5, 6].map((slope) => `${slope}.png,train,x`)];
  await writeSet(index);
  const stop = (done: number): void => {
    if (done === 5) throw new Error('stopped');
  };
  await expect(embed({ copies: 1, shardRows: 2, onProgress: stop })).rejects.toThrow('stopped');
  expect(await readdir(at('emb'))).not.toContain('embed.json');
  const before = await readFile(at('emb/shard-00000.safetensors'));

  const seen: number[] = [];
  await embed({ copies: 1, shardRows: 2, onProgress: (done) => seen.push(done) });
  expect(seen[0]).toBe(5); // the two shards that were whole are not made again
  expect(await readFile(at('emb/shard-00000.safetensors'))).toEqual(before);
  const rows = await readFile(at('emb/rows.csv'));
  const last = await readFile(at('emb/shard-00005.safetensors'));

  await rm(at('emb'), { recursive: true });
  await embed({ copies: 1, shardRows: 2 });
  expect(await readFile(at('emb/rows.csv'))).toEqual(rows);
  expect(await readFile(at('emb/shard-00005.safetensors'))).toEqual(last);
});

it('embeds with the file of the provider, names the encoder by its model, and never mixes two precisions', async () => {
  await writeSet(['image,split,label', '1.png,train,low', '2.png,val,high']);
  const { model, variants } = testVariantEncoder.trained;
  const chosen = { encoder: testVariantEncoder, package: null };
  const read = async () => {
    const { encoder } = JSON.parse(await readFile(at('emb/embed.json'), 'utf8')) as { encoder: unknown };
    const { embeddings } = await readSafetensors(at('emb/shard-00000.safetensors'));
    const { embedding } = await readSafetensors(at('emb/golden.safetensors'));
    return { encoder, embeddings: embeddings!.bytes, golden: embedding!.bytes };
  };
  await embed({ chosen });
  const fast = await read();
  expect(fast.encoder).toMatchObject({
    ...{ digest: model.sha256, precision: 'int8-static', fileDigest: variants![0]!.sha256 },
  });
  const config = { threads: 1, precision: 'reference' } as const;
  await expect(embed({ chosen, config })).rejects.toThrow('--replace');
  await embed({ chosen, config, replace: true });
  const exact = await read();
  expect(exact.encoder).toMatchObject({ digest: model.sha256, precision: 'reference', fileDigest: model.sha256 });
  expect(exact.embeddings).not.toEqual(fast.embeddings);
  expect(exact.golden).toEqual(fast.golden); // the reference's: a head's tests run that
});

it('leaves other embeddings alone unless it is told to replace them, and does nothing twice', async () => {
  await writeSet(['image,split,label', '1.png,train,x', '2.png,val,x']);
  await embed();
  const notes: string[] = [];
  await expect(embed({ onNote: (note) => notes.push(note) })).resolves.toMatchObject({ rows: 2 });
  expect(notes).toEqual(['These embeddings are there already, and nothing is done.']);
  await expect(embed({ copies: 1 })).rejects.toThrow('other images, another encoder or other options');
  await expect(embed({ copies: 1, replace: true })).resolves.toMatchObject({ rows: 3 });

  await writeSet(['image,split,label', '1.png,train,x', 'gone.png,train,x', '2.png,val,x']);
  const first = await embed({ copies: 1, replace: true });
  expect(first).toMatchObject({ rows: 3, failed: 1, bySplit: { train: 2, val: 1 } });
  await expect(embed({ copies: 1 })).resolves.toEqual(first);

  await writeFile(at('set/1.png'), await paint(9)); // same name, another picture
  await expect(embed({ copies: 1 })).rejects.toThrow('--replace');
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
    { file: 'text.png', error: expect.stringContaining('do not begin like an image') as string },
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
