import { startBareLoops, type BareLoops } from '../bare/bare-loops.js';
import { interleave } from '../measure/interleave.js';
import { applyLoad } from '../measure/load.js';
import { atLeast, atMost, type Finding } from '../report/finding.js';
import { askCatalogue, uploadAndAnalyze } from '../servers/gateway-client.js';
import { type Gateway, type LoopDelay, startGateway } from '../servers/gateway.js';
import { median, medianRatio, percentile } from '../statistics/percentile.js';
import { pick, type BenchRow } from './bench-row.js';
import { warmUpServer } from './warm-up-server.js';

const CALLERS = 32;
const CATALOGUE_EVERY_MS = 100;

interface Served {
  readonly throughput: number;
  readonly catalogueMs: readonly number[];
  readonly delay: LoopDelay;
}

/** The gateway with many callers against loops that serve nobody, and how it feels meanwhile to ask what there is. */
export const callers: BenchRow = {
  id: 'callers',
  about: '32 callers at once, each image new, against the best bare loop on the same cores',
  async measure(context) {
    const { cores, providers, images, say } = context;
    const provider = providers[0]!;
    const durationMs = pick(context, 20_000, 3000);
    const gateway = await startGateway();
    // Both ways to use the cores; on one core, or one GPU, the second is the first.
    const loops: BareLoops[] = [await startBareLoops(1, cores, provider)];
    if (cores > 1 && provider === 'cpu') loops.push(await startBareLoops(cores, 1, provider));
    const ask = async (): Promise<void> => {
      await uploadAndAnalyze(gateway.url, images.fresh(), [{ id: 'automed' }]);
    };
    try {
      await warmUpServer(context, ask);
      const bare = async (): Promise<number> => {
        const each: number[] = [];
        for (const loop of loops) each.push(await loop.measure(images.files, durationMs));
        return Math.max(...each);
      };
      const served = (): Promise<Served> => serve(gateway, ask, durationMs);
      const onRound = (round: number): void => say(`round ${round}`);
      return describe(await interleave({ bare, served }, { rounds: pick(context, 3, 1), onRound }));
    } finally {
      loops.forEach((loop) => loop.close());
      await gateway.close();
    }
  },
};

async function serve(gateway: Gateway, ask: () => Promise<void>, durationMs: number): Promise<Served> {
  const load = applyLoad({ callers: CALLERS, durationMs, warmUpMs: 1500 }, ask);
  const over = new AbortController();
  await gateway.loopDelay(); // from here on
  const asking = askAgainAndAgain(gateway.url, over.signal);
  const { throughput } = await load.finally(() => over.abort());
  const catalogueMs = await asking;
  return { throughput, catalogueMs, delay: await gateway.loopDelay() };
}

async function askAgainAndAgain(url: string, signal: AbortSignal): Promise<readonly number[]> {
  const latenciesMs: number[] = [];
  while (!signal.aborted) {
    const startedAt = performance.now();
    await askCatalogue(url);
    latenciesMs.push(performance.now() - startedAt);
    await new Promise((resolve) => setTimeout(resolve, CATALOGUE_EVERY_MS));
  }
  return latenciesMs;
}

function describe({
  bare,
  served,
}: {
  readonly bare: readonly number[];
  readonly served: readonly Served[];
}): Finding[] {
  const row = 'callers';
  const throughput = served.map((one) => one.throughput);
  const catalogueMs = served.flatMap((one) => one.catalogueMs);
  const [p99, longest] = [
    median(served.map(({ delay }) => delay.p99)),
    Math.max(...served.map(({ delay }) => delay.max)),
  ];
  return [
    atLeast(0.95, {
      row,
      what: `throughput of the gateway with ${CALLERS} callers, uploads and decode and all / best bare loop`,
      value: medianRatio(throughput, bare),
      numbers: { served: median(throughput), bare: median(bare) },
      note: `${median(throughput).toFixed(1)} of ${median(bare).toFixed(1)} images a second`,
    }),
    atMost(20, { row, what: 'event loop of the gateway, p99 delay', value: p99, unit: 'ms', digits: 1 }),
    atMost(50, { row, what: 'event loop of the gateway, longest delay', value: longest, unit: 'ms', digits: 1 }),
    atMost(50, {
      row,
      what: 'a metadata query meanwhile, p99',
      value: percentile(catalogueMs, 0.99),
      unit: 'ms',
      digits: 1,
      numbers: { p50: median(catalogueMs), max: Math.max(...catalogueMs), n: catalogueMs.length },
      note: `p50 ${median(catalogueMs).toFixed(1)} ms, longest ${Math.max(...catalogueMs).toFixed(1)} ms`,
    }),
  ];
}
