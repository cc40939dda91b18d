import { execFile } from 'node:child_process';
import { mkdtemp, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describeModels } from '../baselines/model-settings.js';
import { prepareVenv, PYTHON, PYTHON_FOLDER } from '../baselines/python.js';
import { hasVariant, type Weights } from '../bare/bare-models.js';
import { interleave } from '../measure/interleave.js';
import { atLeast, plain, type Finding } from '../report/finding.js';
import { CONFIG } from '../servers/gateway.js';
import { median, medianRatio } from '../statistics/percentile.js';
import { pick, type BenchContext, type BenchRow } from './bench-row.js';

const CLI = fileURLToPath(new URL('../../../../packages/cli/dist/main.js', import.meta.url));
const run = promisify(execFile);

/** Pictures and a table of a folder, by `medzoo analyze` and by a Python script with a pool of processes. */
export const jobs: BenchRow = {
  id: 'jobs',
  about: 'a folder of 1,000 images through the command line, against a Python script with a process a core',
  async measure(context) {
    const { cores, providers, say } = context;
    const count = pick(context, 1000, 40);
    await prepareVenv(say);
    const folder = await mkdtemp(join(tmpdir(), 'medzoo-bench-jobs-'));
    try {
      const files = await writeFiles(context, join(folder, 'images'), count);
      const time = async (out: string, work: (out: string) => Promise<unknown>): Promise<number> => {
        say(`${count} files, ${out}`);
        const startedAt = performance.now();
        await work(join(folder, out));
        const seconds = (performance.now() - startedAt) / 1000;
        await checkPictures(join(folder, out), count);
        return count / seconds;
      };
      const python = (weights: Weights) => (out: string) => {
        const settings = describeModels({ provider: providers[0]!, threads: 1, weights });
        const env = { ...process.env, BENCH_SETTINGS: JSON.stringify(settings) };
        return run(PYTHON, [join(PYTHON_FOLDER, 'analyze_folder.py'), files, out, String(cores)], { env });
      };
      const analyze = ['analyze', files, '--config', fileURLToPath(CONFIG), '--heads', 'automed', '--formats', 'csv'];
      const cli = (out: string) => run(process.execPath, [CLI, ...analyze, '--out', out], { maxBuffer: 2 ** 26 });
      const ways = {
        medzoo: () => time('medzoo', cli),
        python: () => time('Python', python('shipped')),
        ...(hasVariant(providers[0]!) && {
          reference: () => time('Python with reference weights', python('reference')),
        }),
      };
      return describe(await interleave<typeof ways>(ways, { rounds: pick(context, 3, 1) }), count);
    } finally {
      await rm(folder, { recursive: true });
    }
  },
};

async function writeFiles({ images }: BenchContext, folder: string, count: number): Promise<string> {
  await mkdir(folder);
  for (let index = 0; index < count; index += 1)
    await writeFile(join(folder, `image-${String(index).padStart(4, '0')}.png`), images.fresh());
  return folder;
}

/** A job that leaves files out would be quick. */
async function checkPictures(out: string, count: number): Promise<void> {
  const pictures = (await readdir(out)).filter((name) => name.endsWith('.png')).length;
  if (pictures < count) throw new Error(`Of ${count} images, ${pictures} have a picture in ${out}.`);
  await rm(out, { recursive: true });
}

function describe(
  {
    medzoo,
    python,
    reference,
  }: { readonly medzoo: number[]; readonly python: number[]; readonly reference?: number[] },
  count: number,
): Finding[] {
  const against = (name: string, theirs: readonly number[]) => ({
    row: 'jobs',
    what: `${count} files with pictures and a table, medzoo analyze / Python script${name}, a process a core`,
    value: medianRatio(medzoo, theirs),
    numbers: { ours: median(medzoo), theirs: median(theirs) },
    note: `${median(medzoo).toFixed(1)} and ${median(theirs).toFixed(1)} images a second`,
  });
  return [
    atLeast(1, against('', python)),
    ...(reference ? [plain(against(' with reference weights', reference))] : []),
  ];
}
