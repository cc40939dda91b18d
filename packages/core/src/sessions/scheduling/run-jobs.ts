import { isZooError, type Session, type Tensors, type ZooObserver } from '../../contract/index.js';
import { stackFeeds, splitOutputs } from '../batching/batch-tensors.js';
import type { Batcher, Trial } from '../batching/batch-models.js';
import { lastingSince, outcomeOf } from '../../flow/guard-listener.js';
import { stepsUnderWay } from '../../flow/steps-under-way.js';
import type { Run, RunRequest, ModelRole } from './device-scheduler.js';
import type { QueuedRun } from './device-queue.js';

/** One caller's run of a model. */
export interface Job extends QueuedRun {
  readonly session: Session;
  readonly feeds: Tensors;
  readonly request: RunRequest & ModelRole;
  /** By `performance.now()`. */
  readonly askedAt: number;
  /** Set for a run that was part of a batch and now runs alone. */
  readonly trial?: Trial & { readonly index: number };
  resolve(run: Run): void;
  reject(error: unknown): void;
}

export interface RunJobsOptions {
  /** Puts a job back into the queue, as the next. */
  readonly repeat: (job: Job) => void;
  readonly batcher: Batcher | undefined;
  readonly observer: ZooObserver | undefined;
  /** Of the backend. */
  readonly hasTimeouts: boolean;
}

/**
 * Runs jobs of one model as one batch, and settles each of them. A fault that one item may have caused is not blamed on
 * the others: all are run again, each alone. Never rejects.
 */
export async function runJobs(jobs: readonly Job[], options: RunJobsOptions): Promise<void> {
  const { repeat, batcher, observer, hasTimeouts } = options;
  const { session } = jobs[0]!;
  const wanted = whenAllAbort(jobs);
  const startedAt = performance.now();
  jobs.forEach(({ request: { onRun, role } }, index) =>
    onRun?.({ isShared: role === 'encoder', isBatched: index > 0 }),
  );

  /** Puts all of them back; the first one is the next of the queue. */
  function runAlone(trial: Trial): void {
    const alone = jobs.map((job, index) => ({ ...job, batch: undefined, trial: { ...trial, index } }));
    for (const job of alone.toReversed()) if (!job.signal.aborted) repeat(job);
  }

  try {
    const { signal } = wanted;
    const running = () => runAll(session, jobs, signal);
    const items = await (hasTimeouts ? running() : stepsUnderWay.follow(running, { signal }));
    const ms = performance.now() - startedAt;
    tellRun(jobs, startedAt, observer, 'ok');
    const trial = jobs.length > 1 ? batcher?.try(session, jobs.length, items) : undefined;
    if (trial) runAlone(trial);
    else jobs.forEach((job, index) => end(job, items[index]!, ms));
  } catch (error) {
    tellRun(jobs, startedAt, observer, outcomeOf(error, wanted.signal));
    const trial = jobs.length > 1 && mayBeOfOne(error) ? batcher?.try(session, jobs.length, undefined) : undefined;
    if (trial) runAlone(trial);
    else jobs.forEach((job) => job.reject(error));
  } finally {
    wanted.forget();
  }
}

async function runAll(session: Session, jobs: readonly Job[], signal: AbortSignal): Promise<readonly Tensors[]> {
  if (jobs.length === 1) return [await session.run(jobs[0]!.feeds, signal)];
  const feeds = stackFeeds(jobs.map((job) => job.feeds));
  return splitOutputs(await session.run(feeds, signal), jobs.length);
}

function end(job: Job, value: Tensors, ms: number): void {
  job.trial?.end(job.trial.index, value);
  job.resolve({ value, ms });
}

/** Whether one item may have caused the error. A server that is busy or away, or a closed session, fails every item. */
function mayBeOfOne(error: unknown): boolean {
  return !isZooError(error) || error.code === 'INFERENCE_FAILED' || error.code === 'MODEL_MISMATCH';
}

/** A signal that aborts when every caller of the run has left. */
function whenAllAbort(jobs: readonly Job[]): { readonly signal: AbortSignal; forget(): void } {
  if (jobs.length === 1) return { signal: jobs[0]!.signal, forget: () => undefined };
  const controller = new AbortController();
  const check = (): void => {
    if (jobs.every(({ signal }) => signal.aborted)) controller.abort(jobs[0]!.signal.reason);
  };
  for (const { signal } of jobs) signal.addEventListener('abort', check, { once: true });
  check();
  return {
    signal: controller.signal,
    forget: () => jobs.forEach(({ signal }) => signal.removeEventListener('abort', check)),
  };
}

function tellRun(
  jobs: readonly Job[],
  startedAt: number,
  observer: ZooObserver | undefined,
  outcome: ReturnType<typeof outcomeOf>,
): void {
  if (!observer) return;
  const lasting = lastingSince(startedAt);
  for (const [batchIndex, { request, askedAt, session, feeds }] of jobs.entries()) {
    const { role, model, trace } = request;
    const batch = jobs.length * (Object.values(feeds)[0]?.shape[0] ?? 1);
    const of = { role, model, provider: session.provider, batch, batchIndex, waitMs: startedAt - askedAt };
    observer({ type: 'run', ...lasting, ...of, outcome, ...(trace !== undefined && { trace }) });
  }
}
