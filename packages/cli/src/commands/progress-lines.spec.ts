import { expect, it } from 'vitest';
import { createProgressLines } from './progress-lines.js';

/** Lines of a run of so many images, each of which takes `ms`. */
function linesOf(total: number, { before = 0, ms = 10_000 } = {}): readonly string[] {
  let at = 0;
  const written: string[] = [];
  const onProgress = createProgressLines(
    (line) => written.push(line),
    () => at,
  );
  for (let done = before + 1; done <= total; done += 1) {
    at += ms;
    onProgress(done, total);
  }
  return written;
}

it.each([
  [1000, 0, 10, '  100 of 1000 images'],
  [3, 0, 3, '  1 of 3 images'],
  [1000, 950, 1, '  1000 of 1000 images'], // goes on where a run stopped
])('writes at most ten lines of %i images behind %i, the last at the end', (total, before, lines, first) => {
  const written = linesOf(total, { before });
  expect(written).toHaveLength(lines);
  expect(written[0]).toBe(first);
  expect(written.at(-1)).toBe(`  ${total} of ${total} images`);
});

it('is silent where all is done in five seconds', () => {
  expect(linesOf(10, { ms: 499 })).toEqual([]);
  expect(linesOf(10, { ms: 1000 })[0]).toBe('  5 of 10 images');
});
