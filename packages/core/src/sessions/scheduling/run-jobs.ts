import { isZooError, type Session, type Tensors, type ZooObserver } from '../../contract/index.js';
import { joinFeeds, splitOutputs } from '../batching/batch-tensors.js';
import type { Joining, Trial } from '../batching/batch-models.js';
import { lastingSince, outcomeOf } from '../../flow/guard-listener.js';
import type { Run, RunFor, RunModelOf } from './device-scheduler.js';
import type { Turn } from './device-queue.js';

/** One asker's run of a model. */
export interface Job extends Turn {
  readonly session: Session;
  readonly feeds: Tensors;
  readonly asker: RunFor & RunModelOf;
  /** By `performance.now()`. */
  readonly askedAt: number;
  /** Set where it had been joined with others, and is now run alone. */
  readonly trial?: Trial & { readonly index: number };
  resolve(run: Run): void;
  reject(error: unknown): void;
}

export interface RunJobsOptions {
  /** Puts a job back into the line, as the next. */
  readonly repeat: (job: Job) => void;
  readonly joining: Joining | undefined;
  readonly observer: ZooObserver | undefined;
}

/**
 * Runs jobs of one model as one, and tells each asker how it ended. What may be one item's fault is not put down to the others: they are
 * run again, each alone. Never rejects.
 */
export async function runJobs(jobs: readonly Job[], { repeat, joining, observer }: RunJobsOptions): Promise<void> {
  const { session } = jobs[0]!;
  const wanted = whenAllAbort(jobs);
  const startedAt = performance.now();
  jobs.forEach(({ asker }, index) => asker.onRun?.({ isShared: asker.role === 'encoder', isJoined: index > 0 }));

  /** The first of them is the next in the line. */
  function runAlone(trial: Trial): void {
    const alone = jobs.map((job, index) => ({ ...job, joins: undefined, trial: { ...trial, index } }));
    for (const job of alone.toReversed()) if (!job.signal.aborted) repeat(job);
  }

  try {
    const items = await runAll(session, jobs, wanted.signal);
    const ms = performance.now() - startedAt;
    tellRun(jobs, startedAt, observer, 'ok');
    const trial = jobs.length > 1 ? joining?.try(session, jobs.length, items) : undefined;
    if (trial) runAlone(trial);
    else jobs.forEach((job, index) => end(job, items[index]!, ms));
  } catch (error) {
    tellRun(jobs, startedAt, observer, outcomeOf(error, wanted.signal));
    const trial = jobs.length > 1 && mayBeOfOne(error) ? joining?.try(session, jobs.length, undefined) : undefined;
    if (trial) runAlone(trial);
    else jobs.forEach((job) => job.reject(error));
  } finally {
    wanted.forget();
  }
}

async function runAll(session: Session, jobs: readonly Job[], signal: AbortSignal): Promise<readonly Tensors[]> {
  if (jobs.length === 1) return [await session.run(jobs[0]!.feeds, signal)];
  const feeds = joinFeeds(jobs.map((job) => job.feeds));
  return splitOutputs(await session.run(feeds, signal), jobs.length);
}

function end(job: Job, value: Tensors, ms: number): void {
  job.trial?.end(job.trial.index, value);
  job.resolve({ value, ms });
}

/** A server that is busy or away, or a session that was closed, would be so for each of them. */
function mayBeOfOne(error: unknown): boolean {
  return !isZooError(error) || error.code === 'INFERENCE_FAILED' || error.code === 'MODEL_MISMATCH';
}

/** A signal that aborts when nobody is left who wants the run. */
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
  for (const [seat, { asker, askedAt, session, feeds }] of jobs.entries()) {
    const { role, model, trace } = asker;
    const batch = jobs.length * (Object.values(feeds)[0]?.shape[0] ?? 1);
    const of = { role, model, provider: session.provider, batch, seat, waitMs: startedAt - askedAt };
    observer({ type: 'run', ...lasting, ...of, outcome, ...(trace !== undefined && { trace }) });
  }
}
