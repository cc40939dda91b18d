/** What is said before anything was measured. */
const UNMEASURED_MS = 1000;
const SHORTEST_MS = 100;
const LONGEST_MS = 60_000;
/** Calls end in bursts (an image's heads share its encoder run), so the mean goes over several. */
const WINDOW = 32;

/** How fast calls end while there is work. */
export interface Pace {
  /** A call has begun; `isFirst` if nothing else was running. */
  begin(isFirst: boolean): void;
  end(): void;
  /** Milliseconds until about so many calls have ended. */
  estimateMs(calls: number): number;
}

/** `now` is `performance.now` but in a test. */
export function createPace(now: () => number = () => performance.now()): Pace {
  const intervals: number[] = [];
  let lastAt = now();

  return {
    begin(isFirst) {
      if (isFirst) lastAt = now(); // idle time says nothing of how long work takes
    },
    end() {
      intervals.push(now() - lastAt);
      if (intervals.length > WINDOW) intervals.shift();
      lastAt = now();
    },
    estimateMs(calls) {
      if (intervals.length === 0) return UNMEASURED_MS;
      const mean = intervals.reduce((sum, interval) => sum + interval, 0) / intervals.length;
      return Math.round(Math.min(Math.max(mean * calls, SHORTEST_MS), LONGEST_MS));
    },
  };
}
