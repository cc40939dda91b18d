import { interleave } from '../measure/interleave.js';
import { applyLoad, type LoadReport } from '../measure/load.js';
import { residentBytes } from '../measure/processes.js';
import { atLeast, atMost, plain, type Finding } from '../report/finding.js';
import { startApollo } from '../baselines/apollo.js';
import { startFastApi } from '../baselines/fastapi.js';
import { startLitServe } from '../baselines/litserve.js';
import { prepareVenv } from '../baselines/python.js';
import { hasVariant, type Weights } from '../bare/bare-models.js';
import type { Baseline } from '../baselines/baseline.js';
import { uploadAndAnalyze } from '../servers/gateway-client.js';
import { startGateway } from '../servers/gateway.js';
import { median, medianRatio, percentile } from '../statistics/percentile.js';
import { MEGABYTE, pick, type BenchContext, type BenchRow } from './bench-row.js';
import { warmUpServer } from './warm-up-server.js';

const CALLERS = [1, 8, 32] as const;
/** From so many callers on, the gateway should be ahead in throughput. */
const MANY = 8;
/** Two resamplers differ at a mask's edge; another answer would differ by far more. */
const MAX_AREA_DIFFERENCE = 0.1;

interface Segment extends LoadReport {
  readonly p99: number;
}

/** The gateway against what a user would pick instead, with the same models, images, cores and callers. */
export const baselines: BenchRow = {
  id: 'baselines',
  about: 'against FastAPI and LitServe with onnxruntime and Pillow, and a session in the main thread of Apollo',
  async measure(context) {
    const { images, say } = context;
    await prepareVenv(say);
    const ours = await startMedzoo();
    const others = await startOthers(context);
    const all = [ours, ...others];
    try {
      await checkSameAnswers(ours, others, images.files);
      for (const baseline of all) {
        say(`warming up, ${baseline.name}`);
        await warmUpServer(context, () => baseline.analyze(images.fresh()));
      }
      const load = { durationMs: pick(context, 8000, 2500), warmUpMs: pick(context, 2000, 500) };
      const findings: Finding[] = [];
      for (const callers of pick<readonly number[]>(context, CALLERS, [MANY])) {
        const segment = (baseline: Baseline) => async (): Promise<Segment> => {
          say(`${callers} callers, ${baseline.name}`);
          const report = await applyLoad({ ...load, callers }, async () => {
            await baseline.analyze(images.fresh());
          });
          return { ...report, p99: percentile(report.latenciesMs, 0.99) };
        };
        const variants = Object.fromEntries(all.map((baseline) => [baseline.name, segment(baseline)]));
        const measured = await interleave(variants, { rounds: pick(context, 3, 1) });
        findings.push(...others.flatMap(({ name }) => compare(callers, name, measured[ours.name]!, measured[name]!)));
      }
      return [...findings, ...all.flatMap(describeMemory)];
    } finally {
      await Promise.all(all.map((baseline) => baseline.close()));
    }
  },
};

/**
 * On a CPU with a worker a core, once with the file that medzoo opens there and once with the encoder's reference file:
 * that tells scheduling and model apart.
 */
async function startOthers({ cores, providers, isQuick }: BenchContext): Promise<readonly Baseline[]> {
  const provider = providers[0]!;
  const others = [
    await startApollo(provider),
    await startFastApi({ name: 'FastAPI', workers: 1, threads: null, provider }),
  ];
  if (cores === 1 || provider !== 'cpu') {
    others.push(await startLitServe({ name: 'LitServe', workers: 1, threads: null, provider }));
    return others;
  }
  const same = { provider, workers: cores, threads: 1 };
  const kinds: readonly Weights[] = hasVariant(provider) && !isQuick ? ['shipped', 'reference'] : ['shipped'];
  for (const weights of kinds) {
    const words = `${cores} workers${weights === 'reference' ? ', reference weights' : ''}`;
    others.push(await startFastApi({ name: `FastAPI, ${words}`, ...same, weights }));
    others.push(await startLitServe({ name: `LitServe, ${words}`, ...same, weights }));
  }
  return others;
}

/** The gateway, in the form of a baseline: an analysis is one request. */
async function startMedzoo(): Promise<Baseline> {
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

/** Throws for a baseline that gives other answers: it may do less work. */
async function checkSameAnswers(
  ours: Baseline,
  others: readonly Baseline[],
  files: readonly Uint8Array[],
): Promise<void> {
  for (const baseline of others) {
    const differences: number[] = [];
    for (const file of files) {
      const [expected, found] = [await ours.analyze(file), await baseline.analyze(file)];
      for (const { label, area } of expected) {
        const theirs = found.find((mask) => mask.label === label)?.area ?? 0;
        if (Math.max(area, theirs) > 0) differences.push(Math.abs(area - theirs) / Math.max(area, theirs));
      }
    }
    if (differences.length > 0 && median(differences) <= MAX_AREA_DIFFERENCE) continue;
    throw new Error(
      `${baseline.name} gives other masks than medzoo: ` +
        `areas differ by ${differences.map((d) => d.toFixed(2)).join(', ')}.`,
    );
  }
}

function compare(callers: number, name: string, ours: readonly Segment[], theirs: readonly Segment[]): Finding[] {
  const of = (segments: readonly Segment[], field: 'throughput' | 'p99') => segments.map((segment) => segment[field]);
  const [rate, rateOfBaseline] = [of(ours, 'throughput'), of(theirs, 'throughput')];
  const [p99, p99OfBaseline] = [of(ours, 'p99'), of(theirs, 'p99')];
  const about = `${callers === 1 ? '1 caller' : `${callers} callers`}, medzoo / ${name}`;
  const throughput = {
    row: 'baselines',
    what: `throughput, ${about}`,
    value: medianRatio(rate, rateOfBaseline),
    numbers: { ours: median(rate), theirs: median(rateOfBaseline) },
    note: `${median(rate).toFixed(1)} and ${median(rateOfBaseline).toFixed(1)} images a second`,
  };
  return [
    callers >= MANY ? atLeast(1.05, throughput) : atLeast(1, throughput),
    atMost(1, {
      row: 'baselines',
      what: `p99, ${about}`,
      value: medianRatio(p99, p99OfBaseline),
      numbers: { ours: median(p99), theirs: median(p99OfBaseline) },
      note: `${median(p99).toFixed(0)} and ${median(p99OfBaseline).toFixed(0)} ms`,
    }),
  ];
}

function describeMemory({ name, residentBytes: read }: Baseline): Finding[] {
  const bytes = read();
  if (bytes === undefined) return [];
  return [
    plain({ row: 'baselines', what: `memory after it, ${name}`, value: bytes / MEGABYTE, unit: 'MB', digits: 0 }),
  ];
}
