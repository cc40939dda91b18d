import { describe, expect, it } from 'vitest';
import { findLeak } from './find-leak.js';
import { createTally } from './tally.js';

describe('how requests may end', () => {
  const right = { kind: 'new image' };
  const wrong = { kind: 'cut off', codes: ['INVALID_IMAGE'] };

  it('with an answer, the abort, what load does, or the code that is right', () => {
    const tally = createTally();
    for (const ending of ['answer', 'aborted', 'BUSY', 'DEADLINE_EXCEEDED', 'INFERENCE_FAILED'])
      tally.note(right, ending);
    for (const ending of ['INVALID_IMAGE', 'INVALID_IMAGE', 'BUSY']) tally.note(wrong, ending);
    expect(tally.violations()).toEqual([]);
    expect(tally.total).toBe(8);
    expect(tally.answeredShare()).toBe(1 / 4); // of those that were right and not aborted
    expect(tally.counts()).toMatchObject({ 'new image: answer': 1, 'cut off: INVALID_IMAGE': 2 });
  });

  it.each([
    [right, undefined, 'no name'],
    [right, 'INTERNAL_SERVER_ERROR', 'INTERNAL_SERVER_ERROR'],
    [right, 'IMAGE_QUARANTINED', 'nothing was wrong'],
    [wrong, 'answer', 'INVALID_IMAGE was right'],
    [wrong, 'UNSUPPORTED_FORMAT', 'INVALID_IMAGE was right'],
  ])('%o not with %s', (expected, ending, words) => {
    const tally = createTally();
    tally.note(expected, ending, 'fetch failed');
    tally.note(expected, ending, 'fetch failed');
    expect(tally.violations()).toEqual([expect.stringContaining(words)]);
    expect(tally.violations()[0]).toContain('2 times');
  });
});

describe('a leak', () => {
  const MB = 2 ** 20;
  const grow = (from: number, to: number) =>
    Array.from({ length: 40 }, (_, index) => (from + ((to - from) * index) / 39) * MB);

  it('is what goes on growing after the first quarter', () => {
    expect(findLeak('the gateway', grow(100, 400))).toMatch(/the gateway grew from \d+ MB/);
    expect(findLeak('it', [...grow(60, 200).slice(0, 10), ...grow(200, 205)])).toBeUndefined();
  });

  it('is not said of a short run, nor of what is within a cache', () => {
    expect(findLeak('it', grow(100, 400).slice(0, 5))).toBeUndefined();
    expect(findLeak('it', grow(150, 180))).toBeUndefined();
    expect(findLeak('it', grow(1000, 1050))).toBeUndefined();
  });
});
