import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { quoteArgument } from './quote-argument.js';

it.each([
  ['Müller/lesions_1.0', 'Müller/lesions_1.0'],
  ['my dir', '"my dir"'],
  ['my dir\\', '"my dir\\\\"'],
  ['data\\set', '"data\\set"'],
  ['100 \\$HOME', '"100 \\\\\\$HOME"'],
  ['a "b" `c`', '"a \\"b\\" \\`c\\`"'],
  ['', '""'],
])('quotes %s so that a shell reads what it was', (text, quoted) => {
  expect(quoteArgument(text)).toBe(quoted);
  expect(execFileSync('sh', ['-c', `printf %s ${quoteArgument(text)}`], { encoding: 'utf8' })).toBe(text);
});

it('quotes as @medzoo/create-head does, which depends on no package of ours', async () => {
  const read = (path: string) => readFile(new URL(path, import.meta.url), 'utf8');
  expect(await read('../../../create-head/src/quote-argument.ts')).toBe(await read('quote-argument.ts'));
});
