import { coreShare, type CoreShare } from '../../host/core-share.js';
import type { Runner } from './create-session.js';

/** So many runs while no other worker had a call show that one caller at a time is usual. */
const RUNS_BEFORE = 3;
/** Opening blocks this thread: the call whose run was the last of these gets its answer first. */
const OPEN_AFTER_MS = 50;
/** How often the slower of the two sessions is tried again, in lone runs. */
const TRIED_EVERY = 16;
/** A session's time is the median of so many of its last runs, so that one held up by something else does not count. */
const TIMED_RUNS = 3;
/** After so many lone runs on the other session, what was known of this one counts no more. */
const STALE_AFTER = 8;

export interface LoneRunnerOptions {
  /** Opens the same model with the threads of all workers. */
  readonly openWide: () => Promise<Runner>;
  readonly share?: Readonly<CoreShare>;
  /** In milliseconds. */
  readonly now?: () => number;
}

/** One of the two sessions, and how long its lone runs take. */
interface TimedRunner {
  readonly runner: Runner;
  /** Whether it has run: its first run also makes its buffers, and does not count. */
  isWarm: boolean;
  /** Of its last runs, in milliseconds. */
  times: readonly number[];
  /** Which of the lone runs its last one was. */
  lastRun: number;
}

/**
 * Runs a model on this worker's threads, and on those of all workers while no other worker has a call. The second
 * session takes about as much memory as the first, so it is opened only where lone runs come again and again; if it
 * cannot be opened, the first one goes on. Several threads are slower than one where other programs use the cores, as
 * other workers do that are starting, so both sessions are timed: the faster one is used, and the slower one is tried
 * again at times. What it takes then is believed at once.
 */
export function createLoneRunner(
  runner: Runner,
  { openWide, share = coreShare, now = () => performance.now() }: LoneRunnerOptions,
): Runner {
  const narrow = createTimed(runner);
  let wide: TimedRunner | undefined;
  let opening: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let loneRuns = 0;
  const isAlone = (): boolean => share.isAlone; // which may change during a run

  const open = (): void => {
    opening = openWide().then(
      (opened) => {
        wide = createTimed(opened);
      },
      () => undefined, // there is not enough memory, as a rule
    );
  };

  function choose(): TimedRunner {
    loneRuns += 1;
    if (loneRuns === RUNS_BEFORE) timer = setTimeout(open, OPEN_AFTER_MS).unref();
    if (!wide) return narrow;
    const [faster, slower] = isSlower(wide, narrow) ? [narrow, wide] : [wide, narrow];
    return loneRuns % TRIED_EVERY === 0 ? slower : faster;
  }

  return {
    provider: runner.provider,
    get memoryBytes() {
      if (wide === undefined) return runner.memoryBytes;
      return runner.memoryBytes === undefined ? undefined : runner.memoryBytes + (wide.runner.memoryBytes ?? 0);
    },
    async run(feeds) {
      if (!isAlone()) return runner.run(feeds);
      const chosen = choose();
      const run = loneRuns;
      const start = now();
      const outputs = await chosen.runner.run(feeds);
      if (isAlone() && chosen.isWarm) addTime(chosen, now() - start, run);
      chosen.isWarm = true;
      return outputs;
    },
    async release() {
      clearTimeout(timer);
      await opening;
      await Promise.all([runner.release(), wide?.runner.release()]);
    },
  };
}

function createTimed(runner: Runner): TimedRunner {
  return { runner, isWarm: false, times: [], lastRun: 0 };
}

/** A session that was not timed yet is not slower. */
function isSlower(one: TimedRunner, other: TimedRunner): boolean {
  const [ownMs, otherMs] = [one, other].map(timeOf);
  return ownMs !== undefined && otherMs !== undefined && ownMs > otherMs;
}

/** The median, the lower one of two. */
function timeOf({ times }: TimedRunner): number | undefined {
  return times.toSorted((a, b) => a - b)[(times.length - 1) >> 1];
}

function addTime(timed: TimedRunner, ms: number, run: number): void {
  const known = run - timed.lastRun > STALE_AFTER ? [] : timed.times;
  timed.times = [...known, ms].slice(-TIMED_RUNS);
  timed.lastRun = run;
}
