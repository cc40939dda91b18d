import { hasVariant, type Weights } from '../bare/bare-models.js';
import { interleave } from '../measure/interleave.js';
import { applyLoad, type LoadReport } from '../measure/load.js';
import { atLeast, atMost, type Finding } from '../report/finding.js';
import { uploadAndAnalyze } from '../servers/gateway-client.js';
import { startGateway, type Gateway } from '../servers/gateway.js';
import { median, medianRatio } from '../statistics/percentile.js';
import { pick, type BenchRow } from './bench-row.js';
import { warmUpServer } from './warm-up-server.js';

const MANY = 32;

/** The gateway with the files that it opens by itself, against the same gateway with the reference files. */
export const precision: BenchRow = {
  id: 'precision',
  about: 'int8 weights against the reference files, 1 and 32 callers',
  async measure(context) {
    const { providers, images, say } = context;
    if (!hasVariant(providers[0]!)) {
      say('skipped: no model has a variant for this provider');
      return [];
    }
    const gateways: Record<Weights, Gateway> = {
      shipped: await startGateway(),
      reference: await startGateway({ MEDZOO_BENCH_PRECISION: 'reference' }),
    };
    const ask = async ({ url }: Gateway): Promise<void> => {
      await uploadAndAnalyze(url, images.fresh(), [{ id: 'automed' }]);
    };
    try {
      for (const gateway of Object.values(gateways)) await warmUpServer(context, () => ask(gateway));
      const load = { durationMs: pick(context, 10_000, 2500), warmUpMs: pick(context, 2000, 500) };
      const measure = async (callers: number) => {
        say(`${callers} callers`);
        const way = (gateway: Gateway) => () => applyLoad({ ...load, callers }, () => ask(gateway));
        const ways = { shipped: way(gateways.shipped), reference: way(gateways.reference) };
        return interleave(ways, { rounds: pick(context, 3, 1) });
      };
      return [describeMany(await measure(MANY)), describeLone(await measure(1))];
    } finally {
      await Promise.all(Object.values(gateways).map((gateway) => gateway.close()));
    }
  },
};

type Measured = Record<Weights, readonly LoadReport[]>;

function describeMany({ shipped, reference }: Measured): Finding {
  const [rate, before] = [shipped, reference].map((reports) => reports.map(({ throughput }) => throughput));
  return atLeast(1.25, {
    row: 'precision',
    what: `throughput, ${MANY} callers, the weights that are opened / reference weights`,
    value: medianRatio(rate!, before!),
    numbers: { shipped: median(rate!), reference: median(before!) },
    note: `${median(rate!).toFixed(1)} and ${median(before!).toFixed(1)} images a second`,
  });
}

function describeLone({ shipped, reference }: Measured): Finding {
  const [latency, before] = [shipped, reference].map((reports) =>
    reports.map(({ latenciesMs }) => median(latenciesMs)),
  );
  return atMost(0.9, {
    row: 'precision',
    what: 'latency, 1 caller, the weights that are opened / reference weights',
    value: medianRatio(latency!, before!),
    numbers: { shippedMs: median(latency!), referenceMs: median(before!) },
    note: `${median(latency!).toFixed(1)} and ${median(before!).toFixed(1)} ms`,
  });
}
