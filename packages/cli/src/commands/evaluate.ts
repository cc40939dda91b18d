import { resolve } from 'node:path';
import { Option, type Command } from 'commander';
import { readConfig } from '../read-config.js';
import { runCommand } from '../run-command.js';
import { addSetOptions, type SetOptions } from './set-options.js';

interface Options extends SetOptions {
  readonly target?: string;
  readonly prompt?: 'box';
  readonly excludeLabel?: readonly string[];
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
    .addHelpText(
      'after',
      `
Intervals are 95 % bootstrap percentiles. They resample groups, such as patients, where the index has a column
group: images of one patient are not independent. A share that is 0 or 1 throughout has its exact binomial interval;
an AUROC needs 5 images on either side. Two empty masks count Dice and IoU 1, one empty 0.`,
    )
    .action((options: Options) => runCommand(() => evaluate(options)));
}

async function evaluate({ excludeLabel: excludedLabels = [], prompt, json, ...options }: Options): Promise<number> {
  const { createProgressBar, reportEvaluation } = await import('./report-evaluation.js');
  const { runEvaluation } = await import('../evaluation/run-evaluation.js');
  const evaluation = await runEvaluation({
    config: await readConfig(options),
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
  return reportEvaluation(evaluation, json);
}

function append(value: string, before: readonly string[] = []): string[] {
  return [...before, value];
}
