import { expect, it } from 'vitest';
import { summarize } from './run-cycles.js';

const samplesOf = (...megabytes: number[]) =>
  megabytes.map((rss, index) => ({ cycle: index < 5 ? 6 + index : 990 + index, rssBytes: rss * 1e6 }));

it('compares medians of the first and the last samples', () => {
  const report = summarize(1000, samplesOf(90, 100, 101, 102, 150, 700, 103, 102, 101, 99, 500));
  expect(report).toMatchObject({ firstBytes: 101e6, lastBytes: 102e6 });
  expect(report.growth).toBeCloseTo(1 / 101);
  expect(summarize(1000, samplesOf(100, 100, 100, 100, 100, 130, 130, 130, 130, 130)).growth).toBeCloseTo(0.3);
});

it('compares no fewer cycles than tell something', () => {
  expect(() => summarize(19, samplesOf(1))).toThrow('At least 20 cycles can be compared; got 19.');
});
