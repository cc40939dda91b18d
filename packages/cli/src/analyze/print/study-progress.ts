import { SingleBar } from 'cli-progress';
import type { Study } from '../inputs/arrange-inputs.js';

export interface StudyProgress {
  /** One more picture is done. */
  step(): void;
  /** Writes other lines without breaking the bar's. */
  aside(write: () => void): void;
  stop(): void;
}

/** Steps of a study that are told where lines cannot be written over. */
const STEPS = 10;

/**
 * Tells a person on stderr how a study of many pictures goes: a bar in a terminal, ten lines in a log; nothing for a
 * picture alone.
 */
export function createStudyProgress(
  { kind, title, pictures }: Study,
  { stream = process.stderr }: { readonly stream?: NodeJS.WriteStream } = {},
): StudyProgress {
  const total = pictures.length;
  if (kind === 'picture' || total === 1)
    return { step: () => undefined, aside: (write) => write(), stop: () => undefined };
  const name = title;
  if (stream.isTTY) return createBar(name, total, stream);
  let done = 0;
  return {
    step() {
      done += 1;
      const [before, now] = [done - 1, done].map((count) => Math.floor((count / total) * STEPS)) as [number, number];
      if (now > before) stream.write(`${name}: ${done} of ${total}\n`);
    },
    aside: (write) => write(),
    stop: () => undefined,
  };
}

function createBar(name: string, total: number, stream: NodeJS.WriteStream): StudyProgress {
  const format = '{name} {bar} {value} of {total}, {eta_formatted} left';
  const bar = new SingleBar({ format, stream, hideCursor: true, clearOnComplete: true });
  let done = 0;
  const show = (): void => bar.start(total, done, { name });
  show();
  return {
    step: () => bar.update((done += 1)),
    aside(write) {
      bar.stop();
      write();
      show();
    },
    stop: () => bar.stop(),
  };
}
