import { resolve } from 'node:path';
import { Option, type Command } from 'commander';
import type { Head } from '@medzoo/core/contract';
import { describeCard } from '../card/describe-card.js';
import { CommandError } from '../command-error.js';
import type { Report } from '../evaluation/report.type.js';
import { readConfig } from '../read-config.js';
import { runCommand } from '../run-command.js';
import { showPath } from '../show-path.js';
import { addSetOptions, type SetOptions } from './set-options.js';

interface Options extends SetOptions {
  readonly target?: string;
  readonly prompt?: 'box';
  readonly excludeLabel?: readonly string[];
  readonly record?: boolean;
  readonly machine?: string;
}

export function addEvaluate(program: Command): void {
  addSetOptions(program.command('evaluate'), 'the folder')
    .description(
      'Measures a head on a set: a folder with an index.csv of columns image, and mask or label; perhaps id, split and group. ' +
        'A set with masks is for segmentation, another for classification. Not for diagnosis.',
    )
    .option('--target <label>', "what the masks show (default: by the set's labels, or the folder's name)")
    .addOption(
      new Option('--prompt <kind>', 'prompt a promptable head with the box around each truth mask').choices(['box']),
    )
    .option('--exclude-label <label>', 'leave out rows with this label; may be repeated', append)
    .option('--record', "write the numbers into the head's model.json and the tables of its README")
    .option('--machine <words>', 'what this machine is, if it is idle: with --record, the milliseconds are written too')
    .addHelpText(
      'after',
      `
Intervals are 95 % bootstrap percentiles. They resample groups, such as patients, where the index has a column
group: images of one patient are not independent. A share that is 0 or 1 throughout has its exact binomial interval;
an AUROC needs 5 images on either side. Two empty masks count Dice and IoU 1, one empty 0.`,
    )
    .action((options: Options) => runCommand(() => evaluate(options)));
}

async function evaluate(given: Options): Promise<number> {
  const { excludeLabel: excludedLabels = [], prompt, json, record = false, machine, ...options } = given;
  const { createProgressBar, reportEvaluation } = await import('./report-evaluation.js');
  const { runEvaluation } = await import('../evaluation/run-evaluation.js');
  const config = await readConfig(options);
  if (record) await checkRecording(given, config.heads);
  const evaluation = await runEvaluation({
    config,
    data: resolve(options.data),
    split: options.split,
    head: options.head,
    target: options.target,
    isPrompted: prompt !== undefined,
    excludedLabels,
    limit: options.limit,
    seed: options.seed,
    onProgress: createProgressBar(),
  });
  const code = await reportEvaluation(evaluation, json);
  if (record) await recordReport(evaluation.report, config.heads, machine);
  return code;
}

/** Before minutes are spent on numbers that could not be kept. */
async function checkRecording({ limit, head: id }: Options, heads: readonly Head[]): Promise<void> {
  if (limit !== undefined) {
    throw new CommandError('--record is of a whole split, and --limit takes a part of it. Leave one of them out.');
  }
  const { findModelFile } = await import('../record/find-model-file.js');
  const asked = heads.filter(({ manifest }) => id === undefined || manifest.id === id);
  const found = await Promise.allSettled(asked.map(findModelFile));
  const [first] = found;
  if (first?.status === 'rejected' && found.every(({ status }) => status === 'rejected')) throw first.reason;
}

async function recordReport(report: Report, heads: readonly Head[], machine: string | undefined): Promise<void> {
  const { findModelFile } = await import('../record/find-model-file.js');
  const { recordEvaluation } = await import('../record/record-evaluation.js');
  const head = heads.find(({ manifest }) => manifest.id === report.head)!;
  const { modelFile, card } = await recordEvaluation(report, await findModelFile(head), heads, machine);
  console.log(`  Recorded in ${showPath(modelFile)}.`);
  if (card) console.log(`  ${describeCard(card.state, showPath(card.path))}`);
}

function append(value: string, before: readonly string[] = []): string[] {
  return [...before, value];
}
