import { ownBytes, residentBytes } from '../measure/processes.js';
import { median } from '../statistics/percentile.js';

/** Memory in bytes at a moment, and how many frames had an answer then. */
export interface MemorySample {
  readonly done: number;
  /** Of the process that was started, and of all together. */
  readonly own: number;
  readonly all: number;
}

const EVERY_MS = 500;

/** Looks at a process and what it started until `stop`; `done` says how far the work is. */
export function watchMemory(pid: number, done: () => number): { stop(): readonly MemorySample[] } {
  const samples: MemorySample[] = [];
  const look = (): void => {
    const all = residentBytes(pid);
    if (all === undefined) return;
    samples.push({ done: done(), own: ownBytes(pid) ?? 0, all });
  };
  const timer = setInterval(look, EVERY_MS);
  return {
    stop() {
      clearInterval(timer);
      return samples;
    },
  };
}

/** Samples whose median counts: what is read between two runs swings by tens of MB. */
const NEAREST = 20;

/** Medians of the samples nearest to each of `marks` frames. */
export function memoryAt(samples: readonly MemorySample[], marks: readonly number[]) {
  return marks.map((mark) => {
    const near = samples.toSorted((a, b) => Math.abs(a.done - mark) - Math.abs(b.done - mark)).slice(0, NEAREST);
    return { mark, own: median(near.map(({ own }) => own)), all: median(near.map(({ all }) => all)) };
  });
}
