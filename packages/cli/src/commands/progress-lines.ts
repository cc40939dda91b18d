import type { OnProgress } from '../evaluation/score/score-rows.js';

const LINES = 10;
/** What ends sooner needs no sign of life. */
const QUIET_MS = 5000;

/**
 * Where there is no terminal for a bar: a line at about every tenth of the images, after the first seconds. A log that
 * is silent for minutes looks like a program that hangs. `now` is in milliseconds.
 */
export function createProgressLines(write: (line: string) => void, now = () => performance.now()): OnProgress {
  const startedAt = now();
  return (done, total) => {
    const share = (count: number): number => Math.floor((LINES * count) / total);
    const isDue = share(done) > share(done - 1) && now() - startedAt >= QUIET_MS;
    if (isDue) write(`  ${done} of ${total} images`);
  };
}
