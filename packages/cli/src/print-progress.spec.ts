import { describe, expect, it } from 'vitest';
import type { ModelProgress } from '@medzoo/core';
import { formatBytes } from '@medzoo/core/doctor';
import { createProgressPrinter } from './print-progress.js';

const file = { model: 'automed', url: 'https://models.example/a.onnx', sha256: 'a'.repeat(64), totalBytes: 2000 };
const told: ModelProgress[] = [
  { ...file, state: 'fetching', receivedBytes: 20 },
  { ...file, state: 'fetching', receivedBytes: 40 },
  { ...file, state: 'fetching', receivedBytes: 1000 },
  { ...file, state: 'retrying', receivedBytes: 1500 },
  { ...file, state: 'retrying', receivedBytes: 1500, reason: 'the server answers 503' },
  { ...file, state: 'verifying', receivedBytes: 2000 },
  { ...file, state: 'ready', receivedBytes: 2000 },
];

function print(isTerminal: boolean) {
  let text = '';
  const printer = createProgressPrinter((more) => (text += more), isTerminal);
  told.forEach((progress) => printer.print(progress));
  return { text, total: printer.total() };
}

describe('createProgressPrinter', () => {
  it('writes a line every tenth of a file into a log', () => {
    const { text, total } = print(false);
    expect(text.split('\n')).toEqual([
      'automed: 20 B of 2.0 kB (1 %)',
      'automed: 1.0 kB of 2.0 kB (50 %)',
      'automed: the connection broke, with 1.5 kB fetched; trying again',
      'automed: the server answers 503, with 1.5 kB fetched; trying again',
      'automed: verifying',
      'automed: 2.0 kB, verified',
      '',
    ]);
    expect(total).toEqual({ files: 1, bytes: 2000 });
  });

  it('writes over its line in a terminal until the file is there', () => {
    const { text } = print(true);
    expect(text.split('\r')).toHaveLength(told.length + 1);
    expect(text.split('\n')).toHaveLength(2);
  });

  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [9_770_000, '9.8 MB'],
    [2.5e12, '2.5 TB'],
    [9e15, '9000.0 TB'],
  ])('says %d bytes as %s', (bytes, text) => expect(formatBytes(bytes)).toBe(text));
});
