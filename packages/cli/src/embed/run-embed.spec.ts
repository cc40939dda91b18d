import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createOnnxBackend, decodeImage, preprocess } from '@medzoo/core';
import { testEncoder, testVariantEncoder } from '@medzoo/core/testing';
import { Float16Array } from '@petamoriken/float16';
import { beforeEach, expect, it } from 'vitest';
import { createEmbedFolder, paint, sha256Of } from '../testing/create-embed-folder.js';
import { readSafetensors } from '../testing/read-safetensors.js';
import { moveCells, type Augmentation } from './augmentation.js';

/** Of the test encoder: 4 channels of 2 x 2 cells, in halves. */
const EMBEDDING_BYTES = 32;

let { at, embed, readRows, writeSet } = {} as Awaited<ReturnType<typeof createEmbedFolder>>;

beforeEach(async () => {
  ({ at, embed, readRows, writeSet } = await createEmbedFolder());
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
    ...{
      mask_value: '',
      copy: '0',
      augmentation: '',
      width: '24',
      height: '12',
      group: '2.png',
      sha256: sha256Of(await paint(2)),
    },
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

it('is not in the way of itself where no image could be embedded', async () => {
  await writeSet(['image,split,label', 'gone.png,train,x', 'lost.png,val,x']);
  await expect(embed({ copies: 1 })).rejects.toThrow('None of 2 images could be embedded. The first: There is no such');
  await writeSet(['image,split,label', '1.png,train,x', '2.png,val,x']);
  await expect(embed({ copies: 1 })).resolves.toMatchObject({ rows: 3, failed: 0 });
});

it('leaves other embeddings alone unless it is told to replace them, and does nothing twice', async () => {
  await writeSet(['image,split,label', '1.png,train,x', '2.png,val,x']);
  await embed();
  const notes: string[] = [];
  await expect(embed({ onNote: (note) => notes.push(note) })).resolves.toMatchObject({ rows: 2 });
  expect(notes.at(-1)).toBe('These embeddings are there already, and nothing is done.');
  // Another release of the same weights knows other kinds of images.
  const about = JSON.parse(await readFile(at('emb/embed.json'), 'utf8')) as { readonly encoder: object };
  const before = { ...about, encoder: { ...about.encoder, version: '0.0.1', domain: 'of before' } };
  await writeFile(at('emb/embed.json'), JSON.stringify(before));
  await expect(embed({ onNote: (note) => notes.push(note) })).resolves.toMatchObject({ rows: 2 });
  expect(notes.at(-1)).toContain('what embed.json says of their encoder and set is written anew');
  expect(JSON.parse(await readFile(at('emb/embed.json'), 'utf8'))).toEqual(about);
  await expect(embed({ copies: 1 })).rejects.toThrow('other images, another encoder or other options');
  await expect(embed({ copies: 1, replace: true })).resolves.toMatchObject({ rows: 3 });

  await writeSet(['image,split,label', '1.png,train,x', 'gone.png,train,x', '2.png,val,x']);
  const first = await embed({ copies: 1, replace: true });
  expect(first).toMatchObject({ rows: 3, failed: 1, bySplit: { train: 2, val: 1 } });
  await expect(embed({ copies: 1 })).resolves.toEqual(first);

  await writeFile(at('set/1.png'), await paint(9)); // same name, another picture
  await expect(embed({ copies: 1 })).rejects.toThrow('--replace');
});

it('notes which images a training sees, also where they changed outside the splits that are kept', async () => {
  const readSeen = async () =>
    (JSON.parse(await readFile(at('emb/embed.json'), 'utf8')) as { readonly seen?: string }).seen;
  const splits = ['train'];
  const index = (val: string, test: string) =>
    writeFile(at('set/index.csv'), `image,split,label\n1.png,train,x\n${val},val,x\n${test},test,x\n`);
  await writeSet([]);
  await index('2.png', '3.png');
  await embed({ splits });
  const before = await readSeen();
  await index('3.png', '2.png');
  await embed({ splits });
  const after = await readSeen();
  expect(after).toMatch(/^[0-9a-f]{64}$/);
  expect(after).not.toBe(before);
  // A folder that an earlier version finished has none.
  const { seen: _, ...about } = JSON.parse(await readFile(at('emb/embed.json'), 'utf8')) as { readonly seen: string };
  await writeFile(at('emb/embed.json'), JSON.stringify(about));
  await embed({ splits });
  expect(await readSeen()).toBe(after);
});
