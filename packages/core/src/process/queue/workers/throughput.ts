/** The estimate before anything was measured. */
const UNMEASURED_MS = 1000;
const SHORTEST_MS = 100;
const LONGEST_MS = 60_000;
/** Calls end in bursts, because the heads of an image share its encoder run. So the mean is taken over several. */
const WINDOW = 32;

/** How fast calls end while there is work. */
export interface Throughput {
  /** A call has begun; `isFirst` if no other was running. */
  begin(isFirst: boolean): void;
  end(): void;
  /** Milliseconds until about so many calls have ended. */
  estimateMs(calls: number): number;
}

/** `now` is `performance.now`, except in a test. */
export function createThroughput(now: () => number = () => performance.now()): Throughput {
  const intervals: number[] = [];
  let lastAt = now();

  return {
    begin(isFirst) {
      if (isFirst) lastAt = now(); // idle time says nothing about how long work takes
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
