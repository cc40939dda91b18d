import { resolve } from 'node:path';
import type { OutOfDomain } from '@medzoo/core';
import { InvalidArgumentError, Option, type Command } from 'commander';
import type { Head } from '@medzoo/core/contract';
import { describeCard } from '../card/describe-card.js';
import { CommandError } from '../command-error.js';
import type { Selection } from '../evaluation/set/select-rows.js';
import type { Report } from '../evaluation/report/report.type.js';
import { readConfig } from '../read-config.js';
import { runCommand } from '../run-command.js';
import { createOutOfDomainOption } from './out-of-domain-option.js';
import { showPath } from '../files/show-path.js';
import { addSetOptions, type SetOptions } from './set-options.js';

interface Options extends SetOptions {
  readonly target?: string;
  readonly maskValue?: MaskValue;
  readonly prompt?: 'box' | 'object';
  readonly excludeLabel?: readonly string[];
  readonly record?: boolean;
  readonly machine?: string;
  readonly outOfDomain: OutOfDomain;
  readonly domain?: true;
  readonly own?: string;
  readonly corrupt?: true;
}

export function addEvaluate(program: Command): void {
  addSetOptions(program.command('evaluate'), 'the folder')
    .description(
      'Measures a head on a set: a folder with an index.csv of columns image, and mask, label or those that are ' +
        'called as the labels of a head; perhaps id, split and group. A set with masks is for segmentation. Not for ' +
        'diagnosis.',
    )
    .option('--target <label>', "what the masks show (default: by the set's labels, or the folder's name)")
    .addOption(
      new Option(
        '--mask-value <value=label>',
        'where masks hold a number for each of several targets: the one to measure',
      )
        .argParser(parseMaskValue)
        .conflicts(['target', 'prompt', 'domain', 'corrupt']),
    )
    .addOption(
      new Option(
        '--prompt <kind>',
        'prompt a promptable head with the box around each truth mask, or with that of each separate object of it',
      ).choices(['box', 'object']),
    )
    .option('--exclude-label <label>', 'leave out rows with this label; may be repeated', append)
    .addOption(
      new Option('--record', "write the numbers into the head's model.json and the tables of its README").conflicts([
        ...['domain', 'corrupt', 'outOfDomain', 'limit'],
      ]),
    )
    .option('--machine <words>', 'what this machine is, if it is idle: with --record, the milliseconds are written too')
    .addOption(createOutOfDomainOption())
    .addOption(
      new Option(
        '--domain',
        'of any folder of images, labelled or not: which are of the kind that the head was trained on',
      ).conflicts(['corrupt', 'target', 'prompt', 'outOfDomain']),
    )
    .addOption(new Option('--own <dir>', "with --domain: the folder of the head's own sets, to compare with"))
    .addOption(
      new Option('--corrupt', 'what each of 18 corruptions of the images costs: noise, blur, turning, ...').conflicts([
        'outOfDomain',
      ]),
    )
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
  const { createProgress, reportCorruption, reportDomain, reportEvaluation } = await import('./report-evaluation.js');
  const { data, split, head, maskValue, outOfDomain, own, limit, seed } = options;
  checkTogether(given);
  const target = maskValue?.label ?? options.target;
  const config = await readConfig(options);
  const selection = { split, excludedLabels, limit, seed };
  const common = { config, data: resolve(data), head, ...selection, onProgress: createProgress() };
  if (options.domain) {
    const { runDomain } = await import('../domain/run-domain.js');
    return reportDomain(await runDomain({ ...common, own }), json);
  }
  const asked = { ...common, target, isPrompted: prompt !== undefined };
  const byObject = prompt === 'object';
  if (options.corrupt) {
    if (byObject) throw new CommandError('--corrupt measures whole masks. Prompt with --prompt box.');
    const { runCorruption } = await import('../corruption/run-corruption.js');
    return reportCorruption(await runCorruption(asked), json);
  }
  if (record) await checkRecording(given, config.heads, selection);
  const { runEvaluation } = await import('../evaluation/run-evaluation.js');
  const evaluation = await runEvaluation({ ...asked, byObject, outOfDomain, maskValue: maskValue?.value });
  const code = await reportEvaluation(evaluation, json);
  if (record) await recordReport(evaluation.report, config.heads, machine);
  return code;
}

/** An option that belongs to another one would do nothing without it. */
function checkTogether({ own, domain, machine, record }: Options): void {
  if (own !== undefined && !domain) throw new CommandError('--own names sets that --domain compares with. Give both.');
  if (machine !== undefined && !record) throw new CommandError('--machine is what --record writes down. Give both.');
}

/** Before minutes are spent on numbers that could not be kept. */
async function checkRecording(
  { head: id, data }: Options,
  heads: readonly Head[],
  selection: Selection,
): Promise<void> {
  const { findModelFile } = await import('../record/find-model-file.js');
  const asked = heads.filter(({ manifest }) => id === undefined || manifest.id === id);
  const found = await Promise.allSettled(asked.map(findModelFile));
  const [first] = found;
  if (first?.status === 'rejected' && found.every(({ status }) => status === 'rejected')) throw first.reason;
  const { checkRecordedSet } = await import('../record/check-recorded-set.js');
  await checkRecordedSet(resolve(data), heads, { ...selection, head: id });
}

async function recordReport(report: Report, heads: readonly Head[], machine: string | undefined): Promise<void> {
  const { findModelFile } = await import('../record/find-model-file.js');
  const { recordEvaluation } = await import('../record/record-evaluation.js');
  const head = heads.find(({ manifest }) => manifest.id === report.head)!;
  const { modelFile, card } = await recordEvaluation(report, await findModelFile(head), heads, machine);
  console.log(`  Recorded in ${showPath(modelFile)}.`);
  if (card) console.log(`  ${describeCard(card.state, showPath(card.path))}`);
}

interface MaskValue {
  readonly value: number;
  readonly label: string;
}

/** "2=nucleus" */
function parseMaskValue(text: string): MaskValue {
  const [, value, label] = /^\s*(\d{1,3})\s*=\s*(\S.*?)\s*$/.exec(text) ?? [];
  if (value !== undefined && label !== undefined && Number(value) >= 1 && Number(value) <= 255) {
    return { value: Number(value), label };
  }
  throw new InvalidArgumentError('Expected a value from 1 to 255 and a label, such as 2=nucleus.');
}

function append(value: string, before: readonly string[] = []): string[] {
  return [...before, value];
}
