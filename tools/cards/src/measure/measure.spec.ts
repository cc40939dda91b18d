import { createHash } from 'node:crypto';
import type { Head } from '@medzoo/core/contract';
import { parse } from 'csv-parse/sync';
import { expect, it } from 'vitest';
import { halveIndex } from './halve-index.js';
import { keyOfReport } from './report-key.js';

const isMeasured = (group: string): boolean => createHash('md5').update(group).digest()[0]! % 2 === 1;
const groups = Array.from({ length: 20 }, (_, index) => `photo ${index}`);
const header = 'id,image,mask,label,split,group';

it('takes the half of a folder that is not trained on, whatever signs are in its cells', () => {
  const rows = groups.map(
    (group, index) => `${index},"images/a, ""b"" ${index}.jpg",,"robin, or images/",test,${group}`,
  );
  const half = halveIndex(`\uFEFF${[header, ...rows].join('\r\n')}\r\n`, '/sets/with, comma');
  const read = parse<Record<string, string>>(half, { columns: true });
  expect(read.map(({ group }) => group)).toEqual(groups.filter(isMeasured));
  expect(read.length).toBeGreaterThan(0);
  expect(read.length).toBeLessThan(groups.length);
  const [first] = read;
  expect(first).toMatchObject({
    ...{ image: `/sets/with, comma/images/a, "b" ${first!.id}.jpg`, mask: '', label: 'robin, or images/' },
  });
});

it('halves by the id where there is no group, as the training does, and needs one of them', () => {
  const half = halveIndex(['id,image', ...groups.map((id) => `${id},images/${id}.png`)].join('\n'), '/set');
  expect(parse<Record<string, string>>(half, { columns: true }).map(({ id }) => id)).toEqual(groups.filter(isMeasured));
  expect(() => halveIndex('image\nimages/1.png\n', '/set')).toThrow('row 1 has neither a group nor an id');
});

const domain = { scores: [1, 2], thresholds: [{ falseRefusals: 0.05, score: 2 }] };
const trained = { labels: ['a'], model: { sha256: 'head' }, domains: [domain] };
const headOf = (changed: object): Head =>
  ({ trained: { ...trained, ...changed }, encoder: { trained: { model: { sha256: 'encoder' } } } }) as unknown as Head;
const about = {
  name: 'evaluate-a',
  options: { data: '/a', head: 'one', limit: 40 },
  head: headOf({}),
  index: 'id,image\n',
};

it('makes a report again where its rows, options, weights or domains have changed, and not where it was moved', () => {
  const key = keyOfReport(about);
  expect(keyOfReport({ ...about, options: { ...about.options, data: '/elsewhere' } })).toBe(key);
  const others = [
    { ...about, index: 'id,image,label\n' },
    { ...about, options: { ...about.options, limit: 41 } },
    { ...about, name: 'corrupt-a' },
    { ...about, head: headOf({ model: { sha256: 'other' } }) },
    { ...about, head: headOf({ variants: [{ sha256: 'int8' }] }) },
    { ...about, head: headOf({ domains: [{ ...domain, scores: [1, 3] }] }) },
  ];
  expect(new Set([key, ...others.map(keyOfReport)]).size).toBe(others.length + 1);
});
