import { expect, it } from 'vitest';
import { createProgressLines } from './progress-lines.js';

it.each([
  [1000, 0, 10, '  100 of 1000 images'],
  [3, 0, 3, '  1 of 3 images'],
  [1000, 950, 1, '  1000 of 1000 images'], // goes on where a run stopped
])('writes at most ten lines of %i images behind %i, the last at the end', (total, before, lines, first) => {
  const written: string[] = [];
  const onProgress = createProgressLines((line) => written.push(line));
  for (let done = before + 1; done <= total; done += 1) onProgress(done, total);
  expect(written).toHaveLength(lines);
  expect(written[0]).toBe(first);
  expect(written.at(-1)).toBe(`  ${total} of ${total} images`);
});
