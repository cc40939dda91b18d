import { execFileSync } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Command, Option } from 'commander';
import { connectZoo } from '@medzoo/core';
import { createBenchImages } from './images/bench-images.js';
import { describeMachine } from './measure/machine.js';
import { formatReport, type BenchReport, type RowRun } from './report/bench-report.js';
import type { Finding } from './report/finding.js';
import { keepRows } from './report/keep-rows.js';
import { recordResults } from './report/record-results.js';
import type { BenchContext } from './rows/bench-row.js';
import { baselines } from './rows/baselines.js';
import { callers } from './rows/callers.js';
import { cancel } from './rows/cancel.js';
import { heads } from './rows/heads.js';
import { jobs } from './rows/jobs.js';
import { memory } from './rows/memory.js';
import { overhead } from './rows/overhead.js';
import { precision } from './rows/precision.js';
import { prompts } from './rows/prompts.js';
import { start } from './rows/start.js';
import { CONFIG } from './servers/gateway.js';

interface Options {
  readonly only?: string[];
  readonly quick: boolean;
  readonly out: string;
  readonly providers: string;
  readonly record: boolean;
  readonly keep: boolean;
}

const ROWS = [overhead, heads, prompts, callers, precision, baselines, jobs, start, memory, cancel];
const IDS = ROWS.map(({ id }) => id);
const RESULTS = 'docs/results.md';

const command = new Command('npm run bench --')
  .description(
    'Measures medzoo against bare onnxruntime and against what one would take instead. ' +
      'Nothing else should run meanwhile.',
  )
  .addOption(new Option('--only <row...>', 'these rows alone').choices(IDS))
  .option('--quick', 'few and short rounds: to see that it runs', false)
  .option('--providers <list>', 'execution providers in order of preference, with commas between', 'cpu')
  .option('--out <dir>', 'where bench.json and bench.md go', 'out/bench')
  .option('--keep', 'with --only: keep the other rows of the report in --out, if it is of this machine', false)
  .option('--record', `write the table to ${RESULTS} as well`, false)
  .addHelpText('after', `\nRows:\n${ROWS.map(({ id, about }) => `  ${id.padEnd(10)} ${about}`).join('\n')}`)
  .parse();

try {
  await run(command.opts<Options>());
} catch (error) {
  console.error(`error: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}

async function run({ only, quick: isQuick, out, providers: list, record, keep }: Options): Promise<void> {
  if (isQuick && record) throw new Error('A quick run is not to be recorded: leave out --quick or --record.');
  if (only && record && !keep) {
    throw new Error('The rows that are not measured would be lost from the table: add --keep, or leave out --only.');
  }
  const providers = list.split(',').map((name) => name.trim());
  process.env.MEDZOO_BENCH_PROVIDERS = providers.join(','); // read by bench.config.mjs in every process
  await checkProvider(providers[0]!);
  const machine = describeMachine();
  const before = keep ? await readReport(resolve(out)) : undefined;
  const run = { date: new Date().toISOString().slice(0, 10), commit: readCommit() };
  const images = await createBenchImages();
  const rows = ROWS.filter(({ id }) => only?.includes(id) ?? true);
  const findings: Finding[] = [];
  const runs: RowRun[] = [];
  for (const [index, row] of rows.entries()) {
    const say = (text: string): void => console.error(`[${index + 1}/${rows.length}] ${row.id}: ${text}`);
    const context: BenchContext = { isQuick, providers, cores: machine.cores, images, say };
    findings.push(...(await row.measure(context)));
    runs.push({ row: row.id, ...run });
    const report: BenchReport = { machine, providers, isQuick, runs, findings };
    await write(before ? keepRows(report, before, IDS) : report, resolve(out));
  }
  const report = await readFile(join(resolve(out), 'bench.md'), 'utf8');
  console.log(report);
  if (record)
    await writeFile(RESULTS, recordResults(await readFile(RESULTS, 'utf8').catch(() => '# Results\n'), report));
  if (findings.some(({ isMet }) => isMet === false)) console.error('Some targets were missed.');
}

/** Else the numbers of another provider would stand in the table. */
async function checkProvider(provider: string): Promise<void> {
  const zoo = await connectZoo({ config: CONFIG });
  const models = zoo.runtime().processes.flatMap((process) => process.models);
  await zoo.close();
  const other = models.find(
    (model) =>
      model.provider !== provider && model.provider !== `${provider}+cpu` && model.provider !== `${provider}:0`,
  );
  if (!other) return;
  const why = other.skipped.map((skipped) => `${skipped.provider}: ${skipped.reason}`).join('; ');
  throw new Error(`${other.id} runs on ${other.provider}, not on ${provider}. ${why}`);
}

async function readReport(out: string): Promise<BenchReport> {
  const file = join(out, 'bench.json');
  try {
    return JSON.parse(await readFile(file, 'utf8')) as BenchReport;
  } catch (cause) {
    throw new Error(`--keep needs a report of a run before: ${file} cannot be read. Measure all rows first.`, {
      cause,
    });
  }
}

/** What was measured: the commit that is checked out, and whether files differ from it. */
function readCommit(): string {
  try {
    return execFileSync('git', ['describe', '--always', '--dirty=+', '--exclude=*'], { encoding: 'utf8' }).trim();
  } catch {
    return 'an unknown commit'; // no checkout
  }
}

async function write(report: BenchReport, out: string): Promise<void> {
  await mkdir(out, { recursive: true });
  await writeFile(join(out, 'bench.json'), `${JSON.stringify(report, null, 2)}\n`);
  await writeFile(join(out, 'bench.md'), `${formatReport(report)}\n`);
}
