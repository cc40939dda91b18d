import type { AnalyzeOptions, Backend, Session, Tensors, ZooObserver } from '../../contract/index.js';
import { untilAborted } from '../../flow/abort.js';
import type { Joining } from '../batching/batch-models.js';
import { runJobs, type Job } from './run-jobs.js';
import { createTurns, type Turns } from './device-queue.js';
import type { SharedRank } from '../../flow/shared-rank.js';
import type { Rank } from '../../flow/fair-queue.js';

/** Whose run it is, and until when it is wanted. */
export interface RunFor extends Rank {
  readonly signal: AbortSignal;
  readonly trace?: string;
  /** Of a run that several callers wait for: it takes the place of the own one. */
  readonly sharedRank?: SharedRank;
  /** Hears that this asker's run is about to hold the thread. */
  readonly onRun?: ((start: RunStart) => void) | undefined;
}

/** A run that is about to begin, as one of its askers hears of it. */
export interface RunStart {
  /** Others may wait for it too: it encodes an image. */
  readonly isShared: boolean;
  /** It is the one that another asker was told of just before: theirs are run together. */
  readonly isJoined: boolean;
}

/** Options of a call with an ear for its runs: whoever might have to end this process wants to know whose run that would end. */
export interface WatchedOptions extends AnalyzeOptions {
  readonly onRun?: (start: RunStart) => void;
}

/** What runs, for the observer. */
export interface RunModelOf {
  readonly role: 'encoder' | 'head';
  /** Its id. */
  readonly model: string;
}

/** How a run ended: its outputs, and how many milliseconds it took, others that it was joined with included. */
export interface Run {
  readonly value: Tensors;
  readonly ms: number;
}

/** Runs a loaded model. */
export type RunModel = (session: Session, feeds: Tensors, asker: RunFor & RunModelOf) => Promise<Run>;

export interface RunInTurnOptions {
  readonly observer?: ZooObserver | undefined;
  /** Which runs may be joined; none if left out. */
  readonly joining?: Joining | undefined;
}

/**
 * Where runs hold the thread, they follow one another whatever is done; taking turns here keeps the wait for other models out of a
 * model's own time, lets interactive work pass batch work between two runs, and joins runs of one model that wait, where that gains
 * something. Runs of other backends go side by side, joined only with those that are there at the same moment.
 */
export function createRunInTurn(
  { isBlocking = false }: Pick<Backend, 'isBlocking'>,
  { observer, joining }: RunInTurnOptions = {},
): RunModel {
  const createLine = (): Turns<Job> => {
    const line: Turns<Job> = createTurns<Job>(
      (jobs) => runJobs(jobs, { repeat: (job) => line.rejoin(job), joining, observer }),
      { isOneByOne: isBlocking },
    );
    return line;
  };
  const device = createLine();
  const lines = new WeakMap<Session, Turns<Job>>();

  /** One for all where one thread has them all; else models do not wait for one another. */
  function lineOf(session: Session): Turns<Job> {
    if (isBlocking) return device;
    const line = lines.get(session) ?? createLine();
    lines.set(session, line);
    return line;
  }

  return async (session, feeds, asker) => {
    const { priority, caller, signal, sharedRank } = asker;
    signal.throwIfAborted();
    const joins = joining?.find(session, feeds, asker);
    const run = new Promise<Run>((resolve, reject) => {
      const turn = { priority, caller, signal, joins, sharedRank };
      lineOf(session).join({ ...turn, session, feeds, asker, askedAt: performance.now(), resolve, reject });
    });
    return untilAborted(run, signal);
  };
}
