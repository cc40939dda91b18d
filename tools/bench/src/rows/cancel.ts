import type { automed } from '@medzoo/automed';
import { connectZoo, type Zoo, type ZooEvent } from '@medzoo/core';
import { atMost, type Finding } from '../report/finding.js';
import { CONFIG } from '../servers/gateway.js';
import { median, percentile } from '../statistics/percentile.js';
import { pick, type BenchRow } from './bench-row.js';

/** Longer than a call takes: some aborts find it waiting, decoding, encoding, in a head, or ended. */
const LATEST_ABORT_MS = 80;

/**
 * From an abort until the device works for somebody else: a call for an image whose embedding is cached is made at that
 * moment, and the zoo tells when its head began to run.
 */
export const cancel: BenchRow = {
  id: 'cancel',
  about: 'from an abort until the device is free',
  async measure(context) {
    const { images, say } = context;
    const began = new Map<string, number>();
    const observer = (event: ZooEvent): void => {
      if (event.type === 'run' && event.trace !== undefined) began.set(event.trace, event.startedAt);
    };
    const zoo = await connectZoo<readonly [typeof automed]>({ config: CONFIG, observer });
    try {
      const cached = images.fresh();
      await zoo.analyze(cached, { automed: {} });
      const tries = pick(context, 300, 40);
      say(`${tries} aborts`);
      const freeMs: number[] = [];
      for (let index = 0; index < tries; index += 1) {
        const trace = `free-${index}`;
        const abortedAt = await abortOne(zoo, images.fresh(), (index * 37) % LATEST_ABORT_MS);
        // A question of its own: it has to run.
        await zoo.analyze(cached, { automed: { threshold: 0.5 + (index + 1) / 1e6 } }, { trace });
        freeMs.push(began.get(trace)! - abortedAt);
      }
      return describe(freeMs);
    } finally {
      await zoo.close();
    }
  },
};

/** When it was aborted, in milliseconds since 1970. */
async function abortOne(zoo: Zoo<readonly [typeof automed]>, file: Uint8Array, afterMs: number): Promise<number> {
  const controller = new AbortController();
  const call = zoo.analyze(file, { automed: {} }, { signal: controller.signal }).catch((error: unknown) => {
    if (!controller.signal.aborted) throw error;
  });
  await new Promise((resolve) => setTimeout(resolve, afterMs));
  const abortedAt = performance.timeOrigin + performance.now();
  controller.abort();
  await call;
  return abortedAt;
}

function describe(freeMs: readonly number[]): Finding[] {
  if (freeMs.some((ms) => !Number.isFinite(ms))) throw new Error('The zoo did not tell when a run began.');
  return [
    atMost(250, {
      row: 'cancel',
      what: 'from abort to device free, p99',
      value: percentile(freeMs, 0.99),
      unit: 'ms',
      digits: 0,
      numbers: { p50: median(freeMs), max: Math.max(...freeMs), n: freeMs.length },
      note: `p50 ${median(freeMs).toFixed(0)} ms, longest ${Math.max(...freeMs).toFixed(0)} ms of ${freeMs.length}`,
    }),
  ];
}
