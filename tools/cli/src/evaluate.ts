import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { styleText } from 'node:util';
import { Presets, SingleBar } from 'cli-progress';
import { Command, InvalidArgumentError, Option } from 'commander';
import { addConfigOption, readConfigOption } from './command-options.js';
import { formatReport } from './evaluation/format-report.js';
import { runEvaluation, type Evaluation } from './evaluation/run-evaluation.js';
import { CommandError } from './command-error.js';
import type { Assignment } from './presence/arrange-sets.js';
import { runPresence } from './presence/run-presence.js';
import { countOf } from './terminal/format.js';
import { resolvePath, showPath } from './resolve-path.js';
import { runCommand } from './run-command.js';

interface Options {
  readonly presence?: boolean;
  readonly shows?: readonly Assignment[];
  readonly near?: readonly Assignment[];
  readonly data: string;
  readonly split: string;
  readonly head?: string;
  readonly target?: string;
  readonly prompt?: 'box';
  readonly excludeLabel?: readonly string[];
  readonly limit?: number;
  readonly seed: number;
  readonly json?: string;
  readonly config?: string;
}

const SHOWN_FAILURES = 20;

const command = addConfigOption(new Command('npm run evaluate --'))
  .description(
    'Measures a head on a set: a folder with an index.csv of columns image, and mask or label; perhaps id, split and group. ' +
      'A set with masks is for segmentation, another for classification. Not for diagnosis.',
  )
  .requiredOption('--data <dir>', 'the folder')
  .option('--split <name>', 'the rows to take; "all" for every row', 'test')
  .option('--head <id>', 'the head (default: the one whose labels are those of the set)')
  .option('--target <label>', "what the masks show (default: by the set's labels, or the folder's name)")
  .addOption(
    new Option('--prompt <kind>', 'prompt a promptable head with the box around each truth mask').choices(['box']),
  )
  .option('--presence', 'measure presence: whether a head knows what is in an image; --data is a folder of sets')
  .option('--shows <target=set>', 'images of the set show the target though no mask says so; may be repeated', assign)
  .option('--near <target=set>', 'images of the set look like those of the target, without it; may be repeated', assign)
  .option('--exclude-label <label>', 'leave out rows with this label; may be repeated', append)
  .option('--limit <n>', 'at most as many rows, drawn at random', parseCount)
  .option('--seed <n>', 'of that draw and of the bootstrap', parseSeed, 1)
  .option('--json <file>', 'write the report as JSON')
  .addHelpText(
    'after',
    `
Intervals are 95 % bootstrap percentiles. They resample groups, such as patients, where the index has a column
group: images of one patient are not independent. A share that is 0 or 1 throughout has its exact binomial interval;
an AUROC needs 5 images on either side. Two empty masks count Dice and IoU 1, one empty 0.`,
  )
  .parse();

await runCommand(() => evaluate(command.opts<Options>()));

async function evaluate(options: Options): Promise<number> {
  const { split, head, target, limit, seed, json } = options;
  checkTogether(options);
  const bar = new SingleBar(
    { format: '  {bar} {value} of {total} images, {eta_formatted} left', clearOnComplete: true },
    Presets.shades_classic,
  );
  const common = {
    config: await readConfigOption(options),
    data: resolvePath(options.data),
    split,
    head,
    limit,
    seed,
    onProgress(done: number, total: number): void {
      if (done === 1) bar.start(total, 0);
      bar.update(done);
      if (done === total) bar.stop();
    },
  };
  if (options.presence) {
    return report(await runPresence({ ...common, shows: options.shows ?? [], near: options.near ?? [] }), json);
  }
  const excludedLabels = options.excludeLabel ?? [];
  const isPrompted = options.prompt !== undefined;
  return report(await runEvaluation({ ...common, target, isPrompted, excludedLabels }), json);
}

/** Presence is asked of every target at once, on several sets; the other reports are of one set. */
function checkTogether({ presence, target, prompt, excludeLabel, shows, near }: Options): void {
  if (presence && (target ?? prompt ?? excludeLabel) !== undefined) {
    throw new CommandError(
      '--presence measures all targets of a head without prompts: it takes no --target, --prompt or --exclude-label.',
    );
  }
  if (!presence && (shows ?? near) !== undefined) throw new CommandError('--shows and --near belong to --presence.');
}

/** Prints and writes; the exit code is 1 if an image failed. */
async function report({ report, because, warnings }: Evaluation, json: string | undefined): Promise<number> {
  for (const warning of warnings)
    console.error(`${styleText('yellow', 'warning', { stream: process.stderr })}: ${warning}`);
  for (const { id, error } of report.failed.slice(0, SHOWN_FAILURES))
    console.error(`${styleText('red', id, { stream: process.stderr })}: ${error}`);
  console.log(formatReport(report, because));
  if (report.n_failed > 0) console.error(`${countOf(report.n_failed, 'image')} could not be evaluated.`);
  if (json !== undefined) {
    const path = resolvePath(json);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, `${JSON.stringify(report, undefined, 2)}\n`);
    console.log(`  The report is in ${showPath(path)}.`);
  }
  return report.n_failed > 0 ? 1 : 0;
}

function append(value: string, before: readonly string[] = []): string[] {
  return [...before, value];
}

function assign(value: string, before: readonly Assignment[] = []): Assignment[] {
  const [target, set, ...rest] = value.split('=');
  if (target && set && rest.length === 0) return [...before, { target, set }];
  throw new InvalidArgumentError('Expected TARGET=SET, such as lungs=cxr_pneumonia.');
}

function parseSeed(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Expected a whole number of at most nine digits.');
}

function parseCount(text: string): number {
  const count = Number(text);
  if (/^\d+$/.test(text) && count > 0) return count;
  throw new InvalidArgumentError('Expected a whole number from 1.');
}
