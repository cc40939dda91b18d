import type { AnalyzeOptions, Backend, Session, Tensors, ZooObserver } from '../../contract/index.js';
import { untilAborted } from '../../flow/abort.js';
import type { Batcher } from '../batching/batch-models.js';
import { runJobs, type Job } from './run-jobs.js';
import { createDeviceQueue, type DeviceQueue } from './device-queue.js';
import type { SharedRank } from '../../flow/shared-rank.js';
import type { Rank } from '../../flow/fair-queue.js';

/** Who asks for a run, and for how long it is wanted. */
export interface RunRequest extends Rank {
  readonly signal: AbortSignal;
  readonly trace?: string;
  /** The rank of a run that several callers wait for; it takes precedence over the rank of this request. */
  readonly sharedRank?: SharedRank;
  /** Called just before this request's run blocks the thread. */
  readonly onRun?: ((start: RunStart) => void) | undefined;
}

/** A run that is about to begin, as it is reported to each of its callers. */
export interface RunStart {
  /** Whether other callers may wait for it as well: it encodes an image. */
  readonly isShared: boolean;
  /** Whether it is the run that was reported to another caller just before: their runs are one batch. */
  readonly isBatched: boolean;
}

/**
 * Options of a call that also reports its runs, so that the process that may have to kill this one knows whose run
 * would end.
 */
export interface WatchedOptions extends AnalyzeOptions {
  readonly onRun?: ((start: RunStart) => void) | undefined;
}

/** Which model runs, for the observer. */
export interface ModelRole {
  readonly role: 'encoder' | 'head';
  /** Its id. */
  readonly model: string;
}

/** The outputs of a run, and how many milliseconds it took. A batch took its whole time for each of its runs. */
export interface Run {
  readonly value: Tensors;
  readonly ms: number;
}

/** Runs a loaded model. */
export type RunModel = (session: Session, feeds: Tensors, request: RunRequest & ModelRole) => Promise<Run>;

export interface DeviceSchedulerOptions {
  readonly observer?: ZooObserver | undefined;
  /** Which runs may go in one batch; none by default. */
  readonly batcher?: Batcher | undefined;
}

/**
 * Where runs block the thread, they follow one another in any case. Waiting in a queue here keeps the wait for other
 * models out of a model's own time, lets interactive work pass batch work between two runs, and runs those of one model
 * that wait as one batch, where that gains something. Runs of other backends go side by side; a batch then holds only
 * those that come at the same moment.
 */
export function createDeviceScheduler(
  { isBlocking = false, hasTimeouts = false }: Pick<Backend, 'isBlocking' | 'hasTimeouts'>,
  { observer, batcher }: DeviceSchedulerOptions = {},
): RunModel {
  const createQueue = (): DeviceQueue<Job> => {
    const queue: DeviceQueue<Job> = createDeviceQueue<Job>(
      (jobs) => runJobs(jobs, { repeat: (job) => queue.putBack(job), batcher, observer, hasTimeouts }),
      { isOneByOne: isBlocking },
    );
    return queue;
  };
  const device = createQueue();
  const queues = new WeakMap<Session, DeviceQueue<Job>>();

  /**
   * One queue for all models where one thread runs them all; otherwise one for each model, and models do not wait for
   * one another.
   */
  function queueOf(session: Session): DeviceQueue<Job> {
    if (isBlocking) return device;
    const queue = queues.get(session) ?? createQueue();
    queues.set(session, queue);
    return queue;
  }

  return async (session, feeds, request) => {
    const { priority, caller, signal, sharedRank } = request;
    signal.throwIfAborted();
    const batch = batcher?.find(session, feeds, request);
    const run = new Promise<Run>((resolve, reject) => {
      const queued = { priority, caller, signal, sharedRank, ...(batch && { batch }) };
      queueOf(session).add({ ...queued, session, feeds, request, askedAt: performance.now(), resolve, reject });
    });
    return untilAborted(run, signal);
  };
}
