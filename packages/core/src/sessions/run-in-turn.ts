import type { Backend, Session, Tensors } from '../contract/index.js';
import { untilAborted } from './abort.js';
import { createQueue } from './queue.js';
import { timed } from './timed.js';

/** Runs a loaded model, and says how many milliseconds the run itself took. */
export type RunModel = (
  session: Session,
  feeds: Tensors,
  signal: AbortSignal,
) => Promise<{ readonly value: Tensors; readonly ms: number }>;

/**
 * Where runs hold the thread, they follow one another whatever is done; taking turns here keeps the wait for other models out of a
 * model's own time. Other backends run side by side.
 */
export function createRunInTurn({ isBlocking = false }: Pick<Backend, 'isBlocking'>): RunModel {
  const queue = createQueue();
  return (session, feeds, signal) => {
    const run = () => timed(() => session.run(feeds, signal));
    return isBlocking ? untilAborted(queue(run), signal) : run();
  };
}
