import { automed } from '@medzoo/automed';
import { connectZoo, countThreads, createZoo, decodeImage, preprocess, type Outcome, type Zoo } from '@medzoo/core';
import { openBareModels } from '../bare/bare-models.js';
import type { BenchImages } from '../images/bench-images.js';
import { interleave } from '../measure/interleave.js';
import { atMost, plain, type Finding } from '../report/finding.js';
import { analyzeImage, uploadImage } from '../servers/gateway-client.js';
import { CONFIG, startGateway } from '../servers/gateway.js';
import { median, medianRatio } from '../statistics/percentile.js';
import { pick, type BenchRow } from './bench-row.js';

type AutomedZoo = Zoo<readonly [typeof automed]>;

/**
 * Images that one way has in a row, each round; the median counts. Images come one after another: the first also pays
 * for caches that another way has filled.
 */
const ROW = 3;

/** What the library, its process and its gateway add to two runs of onnxruntime. Each round has images of its own. */
export const overhead: BenchRow = {
  id: 'overhead',
  about: 'the library, the child process and GraphQL against bare onnxruntime-node',
  async measure(context) {
    const { images, providers, say } = context;
    const inProcess = await createZoo({ heads: [automed], providers, warmUp: true });
    const child = await connectZoo<readonly [typeof automed]>({ config: CONFIG });
    const gateway = await startGateway({ MEDZOO_PROCESSES: '1' }); // as the child process that it is compared with
    try {
      const bare = await openBareModels({ threads: countThreads(), provider: providers[0]! });
      const filesOf = createRoundFiles(images);
      const inARow = (way: (file: Uint8Array) => Promise<number>) => async (round: number) => {
        const each: number[] = [];
        for (const file of filesOf(round)) each.push(await way(file));
        return median(each);
      };
      say('in process, in a child process, and bare');
      const measured = await interleave(
        {
          // It decodes just before, untimed, as the others do: a model that runs again and again has warmer caches.
          bare: inARow(async (file) => {
            const { data } = preprocess(await decodeImage(file), automed.encoder.trained.preprocess);
            return time(() => bare.run(data));
          }),
          inProcess: inARow((file) => timeModels(inProcess, file)),
          child: inARow((file) => timeModels(child, file)),
        },
        { rounds: pick(context, 100, 10), warmUp: pick(context, 50, 3) },
      );

      say('over GraphQL, and straight to a child process');
      const direct = await interleave(
        {
          child: () => time(() => child.analyze(images.fresh(), { automed: {} })),
          graphQL: async () => {
            const id = await uploadImage(gateway.url, images.fresh());
            return time(() => analyzeImage(gateway.url, id, [{ id: 'automed' }]));
          },
          upload: () => time(() => uploadImage(gateway.url, images.fresh())),
        },
        { rounds: pick(context, 150, 20), warmUp: pick(context, 100, 5) },
      );
      return [...describe(measured), ...describeGraphQL(direct)];
    } finally {
      await Promise.all([inProcess.close(), child.close(), gateway.close()]);
    }
  },
};

/** New files for each round, the same for all ways. */
function createRoundFiles({ fresh }: BenchImages) {
  let current: { readonly round: number; readonly files: readonly Uint8Array[] } | undefined;
  return (round: number): readonly Uint8Array[] => {
    if (current?.round !== round) current = { round, files: Array.from({ length: ROW }, fresh) };
    return current.files;
  };
}

async function time(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

/** Milliseconds of a whole `analyze`, but for what turns the file into a tensor. */
async function timeModels(zoo: AutomedZoo, file: Uint8Array): Promise<number> {
  let outcome: Outcome<unknown> | undefined;
  const ms = await time(async () => ({ automed: outcome } = await zoo.analyze(file, { automed: {} })));
  if (!outcome?.ok) throw outcome?.error ?? new Error('The zoo gave no outcome.');
  const { decode, preprocess: prepare } = outcome.provenance.timingsMs;
  return ms - decode - prepare;
}

function describe({ bare, inProcess, child }: Record<'bare' | 'inProcess' | 'child', number[]>): Finding[] {
  const numbers = { bareMs: median(bare), inProcessMs: median(inProcess), childMs: median(child) };
  const against = `bare ${median(bare).toFixed(1)} ms`;
  return [
    atMost(1.05, {
      row: 'overhead',
      what: 'analyse in process / bare onnxruntime-node, encoder and AutoMed on the same tensors, without decode',
      value: medianRatio(inProcess, bare),
      digits: 3,
      numbers,
      note: `${median(inProcess).toFixed(1)} ms, ${against}`,
    }),
    atMost(1.1, {
      row: 'overhead',
      what: 'the same through the child process / bare',
      value: medianRatio(child, bare),
      digits: 3,
      numbers,
      note: `${median(child).toFixed(1)} ms, ${against}`,
    }),
  ];
}

function describeGraphQL({ child, graphQL, upload }: Record<'child' | 'graphQL' | 'upload', number[]>): Finding[] {
  const numbers = { childMs: median(child), graphQLMs: median(graphQL), uploadMs: median(upload) };
  return [
    atMost(3, {
      row: 'overhead',
      what: 'GraphQL on localhost, p50 more than the child process',
      value: median(graphQL) - median(child),
      unit: 'ms',
      digits: 1,
      numbers,
      note: `${median(graphQL).toFixed(1)} ms against ${median(child).toFixed(1)} ms, decode and all`,
    }),
    plain({ row: 'overhead', what: 'upload of the image before, p50', value: median(upload), unit: 'ms', digits: 1 }),
  ];
}
