import type { KillCause } from '../../channel/fork-worker.js';
import type { ReadyWorker } from '../../channel/spawn-worker.js';

/** Where a worker is in its life. docs/architecture.md has the drawing. */
export type WorkerLife =
  /** The process is not ready yet. */
  | { readonly name: 'starting' }
  /** The process is ready, its models are open, and it takes the place of the next worker that ends. */
  | { readonly name: 'standby'; readonly worker: ReadyWorker }
  /** It gets calls, as long as its heartbeat is in time. */
  | { readonly name: 'up'; readonly worker: ReadyWorker }
  /** It gets no more calls; `onDrained` hears when it has none. */
  | { readonly name: 'draining'; readonly worker: ReadyWorker; readonly onDrained: () => void }
  /** It was killed, and the process has not ended yet. */
  | {
      readonly name: 'doomed';
      readonly worker: ReadyWorker;
      readonly cause: KillCause;
      readonly onDrained?: () => void;
    }
  /** The process has ended. The next one that becomes ready takes its place. */
  | { readonly name: 'gone' };

export type WorkerEvent =
  | { readonly type: 'ready'; readonly worker: ReadyWorker }
  /** The process is ready, and kept in standby. */
  | { readonly type: 'keep'; readonly worker: ReadyWorker }
  /** The standby worker takes the place of one that has ended; the next standby starts. */
  | { readonly type: 'take' }
  | { readonly type: 'drain'; readonly onDrained: () => void }
  | { readonly type: 'kill'; readonly cause: KillCause }
  | { readonly type: 'exit' };

/** The one place where a worker changes its state. An event that means nothing in a state leaves it as it is. */
export function nextWorkerLife(life: WorkerLife, event: WorkerEvent): WorkerLife {
  const { type } = event;
  switch (life.name) {
    case 'starting':
    case 'gone':
      if (type === 'ready') return { name: 'up', worker: event.worker };
      if (type === 'keep') return { name: 'standby', worker: event.worker };
      return life;
    case 'standby':
      if (type === 'take') return { name: 'starting' };
      break;
    case 'up':
      if (type === 'drain') return { name: 'draining', worker: life.worker, onDrained: event.onDrained };
      break;
    case 'draining':
      if (type === 'kill') return { ...life, name: 'doomed', cause: event.cause };
      break;
    case 'doomed':
      if (type === 'drain') return { ...life, onDrained: event.onDrained };
      if (type === 'kill') return life;
      break;
  }
  if (type === 'kill') return { name: 'doomed', worker: life.worker, cause: event.cause };
  return type === 'exit' ? { name: 'gone' } : life;
}

/** The process, once it is ready and until it has ended. */
export function workerOf(life: WorkerLife): ReadyWorker | undefined {
  return 'worker' in life ? life.worker : undefined;
}

/** Whether the process is ready and its heartbeat is not late. */
export function isResponsive(life: WorkerLife): boolean {
  return workerOf(life)?.heartbeat.isInTime ?? false;
}
