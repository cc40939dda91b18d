import { stripVTControlCharacters } from 'node:util';
import { expect, it } from 'vitest';
import type { HeadReport } from '../analyze-study.js';
import { formatMedianTimings, formatTimings } from './timing-tables.js';

const ran = (id: string, ms: number, of: object = { provider: 'cpu', headPrecision: 'reference' }): HeadReport => {
  const timingsMs = { decode: ms, preprocess: ms, encode: ms, head: ms, postprocess: ms, total: 5 * ms };
  return { id, outcome: { ok: true, value: {}, provenance: { timingsMs, cached: false, ...of } } } as never;
};
const failed = (id: string): HeadReport => ({ id, outcome: { ok: false, error: new Error('No.') } }) as never;
const linesOf = (table: string): string[] => stripVTControlCharacters(table).split('\n');

it('says in which precision a head ran, unless it was its own', () => {
  const line = (of: object): string => linesOf(formatTimings([ran('automed', 1, of)]))[1]!;
  const numbers = '1.0         1.0     1.0   1.0          1.0    5.0';
  expect(line({ provider: 'cpu', headPrecision: 'reference' })).toMatch(new RegExp(`${numbers} {2}cpu +new$`));
  expect(line({ provider: 'cpu', headPrecision: 'int8-static' })).toMatch(/ {2}cpu, int8-static {2}new$/);
  expect(line({ provider: null, headPrecision: 'reference', cached: true })).toMatch(/ {2}not run +cached$/);
});

it('keeps the name of a picture in its line, and without what a terminal obeys', () => {
  const named = { ...ran('automed', 1), picture: 'a\nb\u001b]0;title\u0007c.automed.png' };
  const lines = formatTimings([named]).split('\n');
  expect(lines).toHaveLength(2);
  expect(lines[1]).toMatch(/a b \]0;title c\.automed\.png$/);
});

it('gives medians over the pictures of a run, for each head that has times', () => {
  const notRun = { provider: null, headPrecision: 'reference' };
  const pictures = [
    [ran('automed', 10), ran('brain', 1, notRun)],
    [ran('automed', 30), ran('brain', 1, notRun)],
    [ran('automed', 20), failed('brain')],
    [failed('automed'), failed('lost')],
  ];
  expect(linesOf(formatMedianTimings(pictures))).toEqual([
    '  milliseconds, median  pictures  decode  preprocess  encode  head  postprocess  total  provider',
    '  automed                      3    20.0        20.0    20.0  20.0         20.0    100  cpu',
    '  brain                        2     1.0         1.0     1.0   1.0          1.0    5.0  not run',
  ]);
  expect(formatMedianTimings([[failed('lost')]])).toBe('');
});
