import type { OnProgress } from '../evaluation/score/score-rows.js';

const LINES = 10;

/**
 * Where there is no terminal for a bar: a line at about every tenth of the images. A log that is silent for minutes
 * looks like a program that hangs.
 */
export function createProgressLines(write: (line: string) => void): OnProgress {
  return (done, total) => {
    const share = (count: number): number => Math.floor((LINES * count) / total);
    if (share(done) > share(done - 1)) write(`  ${done} of ${total} images`);
  };
}
