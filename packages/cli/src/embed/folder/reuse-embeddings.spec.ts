import { readdir, readFile, writeFile } from 'node:fs/promises';
import { beforeEach, expect, it } from 'vitest';
import { createEmbedFolder } from '../../testing/create-embed-folder.js';
import { readSafetensors } from '../../testing/read-safetensors.js';

/** Of the test encoder: 4 channels of 2 x 2 cells, in halves. */
const BYTES = 32;
const SHARD = 'emb/shard-00000.safetensors';
const MARK = Buffer.alloc(BYTES, 7);

let { at, embed, readRows, writeSet } = {} as Awaited<ReturnType<typeof createEmbedFolder>>;

beforeEach(async () => {
  ({ at, embed, readRows, writeSet } = await createEmbedFolder());
  await writeSet(['image,split,label', '1.png,train,x', '2.png,val,x', '3.png,test,x']);
});

/** Writes over every embedding, so that one which is taken over is told from one that is made again. */
async function mark(): Promise<void> {
  const bytes = await readFile(at(SHARD));
  const { embeddings } = await readSafetensors(at(SHARD));
  bytes.fill(MARK, bytes.length - embeddings!.bytes.length);
  await writeFile(at(SHARD), bytes);
}

/** Of each row, what it is of, and whether its embedding was taken over. */
async function findMarked(): Promise<string[]> {
  const { embeddings } = await readSafetensors(at(SHARD));
  const isMarked = (row: number) => MARK.equals(embeddings!.bytes.subarray(row * BYTES, (row + 1) * BYTES));
  return (await readRows()).map(({ file, split, copy }, row) => `${file} ${copy} ${split} ${isMarked(row)}`);
}

it('does not encode an image again that changes its split, and encodes what is new', async () => {
  await embed({ copies: 1 });
  await mark();
  await writeSet(['image,split,label', '1.png,train,x', '2.png,train,x', '3.png,val,x', '4.png,test,x']);
  const notes: string[] = [];
  await embed({ copies: 1, replace: true, onNote: (note) => notes.push(note) });
  expect(await findMarked()).toEqual([
    '1.png 0 train true',
    '1.png 1 train true',
    '2.png 0 train true',
    '2.png 1 train false', // it had no copy in val
    '3.png 0 val true',
    '4.png 0 test false',
  ]);
  expect(notes).toContainEqual(expect.stringContaining('taken over from the run before'));
  expect(await readdir(at('emb'))).not.toContain('earlier');
});

it('takes over nothing where the picture is another under the same name', async () => {
  await embed();
  await mark();
  await writeFile(at('set/1.png'), await readFile(at('set/5.png')));
  await embed({ replace: true });
  expect(await findMarked()).toEqual(['1.png 0 train false', '2.png 0 val true', '3.png 0 test true']);
});

it('takes over nothing that another release or another preprocessing made', async () => {
  await embed();
  await mark();
  const about = JSON.parse(await readFile(at('emb/embed.json'), 'utf8')) as object;
  await writeFile(at('emb/embed.json'), JSON.stringify({ ...about, createdBy: 'medzoo 0.0.1' }));
  await writeSet(['image,split,label', '1.png,val,x', '2.png,train,x', '3.png,test,x']);
  await embed({ replace: true });
  expect((await findMarked()).filter((line) => line.endsWith('true'))).toEqual([]);
});

it('says at once which labels have too few images to train on', async () => {
  await writeSet(['image,split,label', '1.png,train,low', '2.png,val,high', '3.png,test,low']);
  const notes: string[] = [];
  await embed({ onNote: (note) => notes.push(note) });
  expect(notes[0]).toContain('"low" (1 in train, 0 in val, 1 in test); "high" (0 in train, 1 in val, 0 in test)');
  const silent: string[] = [];
  await embed({ splits: ['train'], replace: true, onNote: (note) => silent.push(note) });
  expect(silent.filter((note) => note.includes('too few'))).toEqual([]);
});
