import { interleave } from '../measure/interleave.js';
import { applyLoad, type LoadReport } from '../measure/load.js';
import { residentBytes } from '../measure/processes.js';
import { atLeast, atMost, plain, type Finding } from '../report/finding.js';
import { startApollo } from '../rivals/apollo.js';
import { prepareVenv, startFastApi } from '../rivals/fastapi.js';
import type { Rival } from '../rivals/rival.js';
import { uploadAndAnalyze } from '../servers/gateway-client.js';
import { startGateway } from '../servers/gateway.js';
import { median, medianRatio, percentile } from '../statistics/percentile.js';
import { MEGABYTE, pick, type BenchRow } from './bench-row.js';
import { warmUpServer } from './warm-up-server.js';

const CALLERS = [1, 8, 32] as const;
/** From these on the gateway is to be ahead in throughput. */
const MANY = 8;
/** Two resamplers differ at a mask's edge; another answer would differ by far more. */
const MAX_AREA_DIFFERENCE = 0.1;

interface Segment extends LoadReport {
  readonly p99: number;
}

/** The gateway against what a user would take instead, with the same models, images and cores, under the same callers. */
export const rivals: BenchRow = {
  id: 'rivals',
  about: 'against FastAPI + onnxruntime + Pillow, and a session in the main thread of Apollo',
  async measure(context) {
    const { cores, providers, images, say } = context;
    const provider = providers[0]!;
    await prepareVenv(say);
    const ours = await startMedzoo();
    const others = [await startApollo(provider), await startFastApi({ workers: 1, threads: null, provider })];
    if (cores > 1 && provider === 'cpu') others.push(await startFastApi({ workers: cores, threads: 1, provider }));
    const all = [ours, ...others];
    try {
      await checkSameAnswers(ours, others, images.files);
      for (const rival of all) {
        say(`warming up, ${rival.name}`);
        await warmUpServer(context, () => rival.analyze(images.fresh()));
      }
      const load = { durationMs: pick(context, 12_000, 2500), warmUpMs: pick(context, 2000, 500) };
      const findings: Finding[] = [];
      for (const callers of CALLERS) {
        const segment = (rival: Rival) => async (): Promise<Segment> => {
          say(`${callers} callers, ${rival.name}`);
          const report = await applyLoad({ ...load, callers }, async () => {
            await rival.analyze(images.fresh());
          });
          return { ...report, p99: percentile(report.latenciesMs, 0.99) };
        };
        const variants = Object.fromEntries(all.map((rival) => [rival.name, segment(rival)]));
        const measured = await interleave(variants, { rounds: pick(context, 3, 1) });
        findings.push(...others.flatMap(({ name }) => compare(callers, name, measured[ours.name]!, measured[name]!)));
      }
      return [...findings, ...all.flatMap(describeMemory)];
    } finally {
      await Promise.all(all.map((rival) => rival.close()));
    }
  },
};

/** The gateway as a rival: as theirs, an analysis is one request. */
async function startMedzoo(): Promise<Rival> {
  const gateway = await startGateway();
  return {
    name: 'medzoo',
    async analyze(file) {
      const [answer] = await uploadAndAnalyze(gateway.url, file, [{ id: 'automed' }]);
      return answer!.masks!;
    },
    residentBytes: () => residentBytes(gateway.pid),
    close: () => gateway.close(),
  };
}

/** Whoever does less work is no rival. */
async function checkSameAnswers(ours: Rival, others: readonly Rival[], files: readonly Uint8Array[]): Promise<void> {
  for (const rival of others) {
    const differences: number[] = [];
    for (const file of files) {
      const [expected, found] = [await ours.analyze(file), await rival.analyze(file)];
      for (const { label, area } of expected) {
        const theirs = found.find((mask) => mask.label === label)?.area ?? 0;
        if (Math.max(area, theirs) > 0) differences.push(Math.abs(area - theirs) / Math.max(area, theirs));
      }
    }
    if (differences.length > 0 && median(differences) <= MAX_AREA_DIFFERENCE) continue;
    throw new Error(
      `${rival.name} gives other masks than medzoo: areas differ by ${differences.map((d) => d.toFixed(2)).join(', ')}.`,
    );
  }
}

function compare(callers: number, name: string, ours: readonly Segment[], theirs: readonly Segment[]): Finding[] {
  const of = (segments: readonly Segment[], field: 'throughput' | 'p99') => segments.map((segment) => segment[field]);
  const [rate, rateOfRival] = [of(ours, 'throughput'), of(theirs, 'throughput')];
  const [p99, p99OfRival] = [of(ours, 'p99'), of(theirs, 'p99')];
  const about = `${callers === 1 ? '1 caller' : `${callers} callers`}, medzoo / ${name}`;
  const throughput = {
    row: 'rivals',
    what: `throughput, ${about}`,
    value: medianRatio(rate, rateOfRival),
    numbers: { ours: median(rate), theirs: median(rateOfRival) },
    note: `${median(rate).toFixed(1)} and ${median(rateOfRival).toFixed(1)} images a second`,
  };
  return [
    callers >= MANY ? atLeast(1, throughput) : plain(throughput),
    atMost(1, {
      row: 'rivals',
      what: `p99, ${about}`,
      value: medianRatio(p99, p99OfRival),
      numbers: { ours: median(p99), theirs: median(p99OfRival) },
      note: `${median(p99).toFixed(0)} and ${median(p99OfRival).toFixed(0)} ms`,
    }),
  ];
}

function describeMemory({ name, residentBytes: read }: Rival): Finding[] {
  const bytes = read();
  if (bytes === undefined) return [];
  return [plain({ row: 'rivals', what: `memory after it, ${name}`, value: bytes / MEGABYTE, unit: 'MB', digits: 0 })];
}
