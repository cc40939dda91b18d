import { setTimeout } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createOnnxBackend, float32Tensor, type ModelSpec } from '@medzoo/core';

/** Resident memory, in bytes, after so many cycles. */
export interface CycleSample {
  readonly cycle: number;
  readonly rssBytes: number;
}

export interface CycleReport {
  readonly cycles: number;
  /** Median of the last samples of the first ten cycles: by then the runtime has what it keeps. */
  readonly firstBytes: number;
  /** Median of the last samples. */
  readonly lastBytes: number;
  /** 0.01 for one hundredth more at the end. */
  readonly growth: number;
  readonly samples: readonly CycleSample[];
}

const WARM_UP = 10;
/** A single reading depends on when garbage was collected. */
const MEDIAN_OF = 5;

/** Opens a model, runs it once on zeros, and closes it, over and over. */
export async function runCycles(
  spec: ModelSpec,
  { cycles, say }: { readonly cycles: number; readonly say: (sample: CycleSample) => void },
): Promise<CycleReport> {
  const backend = await createOnnxBackend({ threads: 1 });
  const [input] = spec.inputs;
  const shape = input!.shape.map((length) => (typeof length === 'number' ? length : 1));
  const feeds = { [input!.name]: float32Tensor(shape) };
  const collect = exposeGc();
  const samples: CycleSample[] = [];
  for (let cycle = 1; cycle <= cycles; cycle += 1) {
    const session = await backend.open(spec);
    await session.run(feeds);
    await session.close();
    if (!isSampled(cycle, cycles)) continue;
    collect();
    await setTimeout(20); // buffers are freed beside the program
    collect();
    const sample = { cycle, rssBytes: process.memoryUsage.rss() };
    samples.push(sample);
    say(sample);
  }
  return summarize(cycles, samples);
}

function isSampled(cycle: number, cycles: number): boolean {
  const isFirst = cycle > WARM_UP - MEDIAN_OF && cycle <= WARM_UP;
  return isFirst || cycle > cycles - MEDIAN_OF || cycle % 100 === 0;
}

/** Throws a RangeError for fewer cycles than can be compared. */
export function summarize(cycles: number, samples: readonly CycleSample[]): CycleReport {
  if (cycles < 2 * WARM_UP) throw new RangeError(`At least ${2 * WARM_UP} cycles can be compared; got ${cycles}.`);
  const firstBytes = median(samples.filter(({ cycle }) => cycle <= WARM_UP));
  const lastBytes = median(samples.slice(-MEDIAN_OF));
  return { cycles, firstBytes, lastBytes, growth: lastBytes / firstBytes - 1, samples };
}

function median(samples: readonly CycleSample[]): number {
  const sorted = samples.map(({ rssBytes }) => rssBytes).toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)]!;
}

/** As `node --expose-gc` does, without asking whoever calls for it. */
function exposeGc(): () => void {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void;
}
