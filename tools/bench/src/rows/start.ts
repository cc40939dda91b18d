import { startFastApi } from '../baselines/fastapi.js';
import { prepareVenv } from '../baselines/python.js';
import { interleave } from '../measure/interleave.js';
import { atMost, plain, type Finding } from '../report/finding.js';
import { uploadAndAnalyze } from '../servers/gateway-client.js';
import { startGateway } from '../servers/gateway.js';
import { median, medianRatio } from '../statistics/percentile.js';
import { pick, type BenchRow } from './bench-row.js';

/** Milliseconds since the command was given. */
interface Start {
  /** Until it says its address. */
  readonly readyMs: number;
  /** Until the first image is answered. */
  readonly answeredMs: number;
}

interface Started {
  analyze(file: Uint8Array): Promise<unknown>;
  close(): Promise<void>;
}

/** How long nobody is served after a server was started: by the gateway, its models open, and by FastAPI. */
export const start: BenchRow = {
  id: 'start',
  about: 'from the command to the gateway that answers, its models open, against FastAPI with a worker a core',
  async measure(context) {
    const { cores, images, providers, say } = context;
    await prepareVenv(say);
    const time = async (open: () => Promise<Started>): Promise<Start> => {
      const file = images.fresh();
      const startedAt = performance.now();
      const server = await open();
      const readyMs = performance.now() - startedAt;
      await server.analyze(file);
      const answeredMs = performance.now() - startedAt;
      await server.close();
      return { readyMs, answeredMs };
    };
    const models = { provider: providers[0]!, threads: 1, weights: 'shipped' } as const;
    const ways = {
      medzoo: () => time(openGateway),
      fastApi: () =>
        time(() => startFastApi({ name: 'FastAPI', workers: models.provider === 'cpu' ? cores : 1, ...models })),
    };
    const onRound = (round: number): void => say(`start ${round}`);
    return describe(await interleave<typeof ways>(ways, { rounds: pick(context, 9, 2), warmUp: 1, onRound }));
  },
};

async function openGateway(): Promise<Started> {
  const gateway = await startGateway();
  return {
    analyze: (file) => uploadAndAnalyze(gateway.url, file, [{ id: 'automed' }]),
    close: () => gateway.close(),
  };
}

function describe({ medzoo, fastApi }: Readonly<Record<'medzoo' | 'fastApi', readonly Start[]>>): Finding[] {
  const of = (starts: readonly Start[], field: keyof Start) => starts.map((one) => one[field] / 1000);
  const answered = { ours: of(medzoo, 'answeredMs'), theirs: of(fastApi, 'answeredMs') };
  return [
    atMost(1, {
      row: 'start',
      what: 'from the command to the gateway that answers, models open',
      value: median(of(medzoo, 'readyMs')),
      unit: 's',
    }),
    plain({
      row: 'start',
      what: 'until the first image is answered, medzoo / FastAPI, a worker a core',
      value: medianRatio(answered.ours, answered.theirs),
      note: `${median(answered.ours).toFixed(2)} and ${median(answered.theirs).toFixed(2)} s`,
    }),
  ];
}
