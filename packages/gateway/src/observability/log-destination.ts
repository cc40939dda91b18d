import { type DestinationStream, pino } from 'pino';

/**
 * A write for each line is a tenth of what a request costs here; these go out together, at the latest after so long.
 */
const BUFFERED = { sync: false, minLength: 4096, periodicFlush: 100 } as const;
/** Lines that nobody takes wait in memory up to so many characters. */
const MOST_WAITING = 16 * 2 ** 20;

/**
 * Standard output for lines of a log, which may fail as any file: its disk is full, its reader has stopped. That is no
 * reason to stop answering. Lines wait and are tried again; `onLost` is called when lines go out again with how many
 * have been dropped.
 */
export function openStandardOutput(onLost: (lines: number) => void, fd = 1): DestinationStream {
  const stream = pino.destination({ ...BUFFERED, fd, maxLength: MOST_WAITING });
  let isFailing = false;
  let lost = 0;
  stream.on('error', () => (isFailing = true));
  stream.on('write', () => (isFailing = false));
  stream.on('drop', () => (lost += 1));
  stream.on('drain', () => {
    const lines = lost;
    lost = 0;
    if (lines > 0) onLost(lines);
  });
  // It is called when the process exits, and tries without end what cannot be written: the process would never end.
  const flushSync = stream.flushSync.bind(stream);
  stream.flushSync = () => {
    if (!isFailing) flushSync();
  };
  return stream;
}
