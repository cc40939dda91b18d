import { execFile } from 'node:child_process';
import { mkdtemp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describeModels } from '../baselines/model-settings.js';
import { prepareVenv, PYTHON, PYTHON_FOLDER } from '../baselines/python.js';
import { interleave } from '../measure/interleave.js';
import { atLeast, type Finding } from '../report/finding.js';
import { CONFIG } from '../servers/gateway.js';
import { median, medianRatio } from '../statistics/percentile.js';
import { pick, type BenchContext, type BenchRow } from './bench-row.js';

const CLI = fileURLToPath(new URL('../../../../packages/cli/dist/main.js', import.meta.url));
const run = promisify(execFile);

type Kind = 'pictures' | 'table';
type Way = 'pictures' | 'pythonPictures' | 'table' | 'pythonTable';

/** A table of a folder, with pictures and without, by `medzoo analyze` and by a Python script with many processes. */
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
      const time = async (out: string, kind: Kind, work: (out: string) => Promise<unknown>): Promise<number> => {
        say(`${count} files, ${out}, ${kind}`);
        const startedAt = performance.now();
        await work(join(folder, out));
        const seconds = (performance.now() - startedAt) / 1000;
        await checkOutput(join(folder, out), kind, count);
        return count / seconds;
      };
      const settings = describeModels({ provider: providers[0]!, threads: 1, weights: 'shipped' });
      const env = { ...process.env, BENCH_SETTINGS: JSON.stringify(settings) };
      const script = join(PYTHON_FOLDER, 'analyze_folder.py');
      const python = (kind: Kind) => () =>
        time('Python', kind, (out) => run(PYTHON, [script, files, out, String(cores), kind], { env }));
      const analyze = ['analyze', files, '--config', fileURLToPath(CONFIG), '--heads', 'automed', '--formats', 'csv'];
      const medzoo = (kind: Kind) => () =>
        time('medzoo', kind, (out) => {
          const drawing = kind === 'table' ? ['--no-pictures'] : [];
          return run(process.execPath, [CLI, ...analyze, ...drawing, '--out', out], { maxBuffer: 2 ** 26 });
        });
      const ways = {
        pictures: medzoo('pictures'),
        pythonPictures: python('pictures'),
        table: medzoo('table'),
        pythonTable: python('table'),
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
async function checkOutput(out: string, kind: Kind, count: number): Promise<void> {
  const names = await readdir(out);
  const pictures = names.filter((name) => name.endsWith('.png')).length;
  if (pictures !== (kind === 'pictures' ? count : 0))
    throw new Error(`Of ${count} images, ${pictures} have a picture in ${out}.`);
  const table = await readFile(
    join(
      out,
      names.find((name) => name.endsWith('.csv'))!,
    ),
    'utf8',
  );
  const images = new Set(table.match(/image-\d{4}\.png/g)).size;
  if (images < count) throw new Error(`Of ${count} images, ${images} are in the table in ${out}.`);
  await rm(out, { recursive: true });
}

function describe(times: Readonly<Record<Way, number[]>>, count: number): Finding[] {
  const against = (what: string, ours: readonly number[], theirs: readonly number[]) => ({
    row: 'jobs',
    what: `${count} files, ${what}, medzoo analyze / Python script, a process a core`,
    value: medianRatio(ours, theirs),
    numbers: { ours: median(ours), theirs: median(theirs) },
    note: `${median(ours).toFixed(1)} and ${median(theirs).toFixed(1)} images a second`,
  });
  return [
    atLeast(1, against('pictures and a table', times.pictures, times.pythonPictures)),
    atLeast(1, against('a table', times.table, times.pythonTable)),
  ];
}
