import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readIndex } from '../../../../create-head/src/data/read-index.js';
import { parseIndex } from './parse-index.js';

const SAID = (error: unknown): string => (error as Error).message;

it.each([
  ['a byte order mark, upper case and spaces', '\uFEFFImage , LABEL\r\n1.png, ill \r\n\r\n', undefined],
  ['an umlaut in two spellings', 'image,label\nu\u0308.png,u\u0308\n', undefined],
  ['two columns of one name', 'image,label,Label\n1.png,a,b\n', /has two columns "label"/],
  ['semicolons', 'image;label\n1.png;a\n', /separated by semicolons/],
  ['tabs', 'image\tlabel\n1.png\ta\n', /separated by tabs/],
  ['no column image', 'file,label\n1.png,a\n', /needs a column image/],
  ['a quote that never ends', 'image,label\n"1.png,a\n', /in line 2. A quote .* begins a text that never ends/],
  ['a row that is short', 'image,label,id\n1.png,a\n', /line 2. It has more fields, or fewer/],
  ['a quote in a text', 'image,label\n1.png,a "b" c\n', /line 2. A quote stands in a text/],
  ['text behind a quote', 'image,label\n"1.png"x,a\n', /line 2. Something else than a comma/],
  ['the code page of a country', Buffer.from('image,label\n1.png,M\xfcller\n', 'latin1'), /is not in UTF-8/],
])('an index.csv with %s is read as @medzoo/create-head reads it', async (_, text, refusal) => {
  const folder = await mkdtemp(join(tmpdir(), 'index-'));
  const path = join(folder, 'index.csv');
  await writeFile(path, text);
  const ours = await Promise.resolve()
    .then(() => parseIndex(Buffer.from(text), path))
    .catch(SAID);
  const theirs = await readIndex(folder).catch(SAID);
  expect(theirs).toEqual(ours);
  if (refusal) expect(ours).toMatch(refusal);
  else if (text.includes('u\u0308')) expect(ours).toEqual([{ image: 'u\u0308.png', label: '\u00fc' }]);
  else expect(ours).toEqual([{ image: '1.png', label: 'ill' }]);
});
