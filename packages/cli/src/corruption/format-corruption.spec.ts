import { stripVTControlCharacters } from 'node:util';
import { expect, it } from 'vitest';
import { formatCorruption } from './format-corruption.js';
import type { CorruptionReport } from './corruption-report.type.js';

const metric = (value: number, low: number, high: number) => ({ value, interval95: [low, high] as const, n: 40 });

it('shows the interval of each number that has one, below it', () => {
  const report = {
    ...{ dataset: 'polyps', split: 'test', head: 'automed', target: 'polyp', task: 'segmentation' },
    ...{ n: 40, n_groups: 40, seed: 1 },
    clean: { dice: metric(0.9, 0.85, 0.95), refused: metric(0.05, 0.01, 0.12) },
    corruptions: {
      blur: { dice: metric(0.7, 0.61, 0.79), drop: { value: 0.2, n: 38 }, refused: metric(0.1, 0.02, 0.2) },
    },
  } as unknown as CorruptionReport;
  const lines = stripVTControlCharacters(formatCorruption({ report, because: 'its name', warnings: [] })).split('\n');
  const at = lines.findIndex((line) => line.includes('as it is'));
  expect(lines.slice(at, at + 4).map((line) => line.trim().split(/ {2,}/))).toEqual([
    ['as it is', '0.900', '0.050'],
    ['0.850 to 0.950', '0.010 to 0.120'],
    ['blur', '0.700', '0.200', '38', '0.100'],
    ['0.610 to 0.790', '0.020 to 0.200'],
  ]);
});

it('keeps the name of a folder in one line, and without what a terminal obeys', () => {
  const about = { dataset: 'a\n\u001b[2Jb', split: 'test', head: 'automed', target: 'polyp', task: 'segmentation' };
  const report = { ...about, n: 40, n_groups: 40, seed: 1, clean: {}, corruptions: {} } as unknown as CorruptionReport;
  expect(formatCorruption({ report, because: 'its name', warnings: [] }).split('\n')[0]).toContain('a  [2Jb');
});
