import { resolve } from 'node:path';
import { styleText } from 'node:util';
import { InvalidArgumentError, Option, type Command } from 'commander';
import { inOneLine } from '../describe-error.js';
import { CHANGES, type Change } from '../embed/augmentation.js';
import { addConfigOption, readConfig } from '../read-config.js';
import { runCommand } from '../run-command.js';
import { parseSeed } from './set-options.js';

interface Options {
  readonly data: string;
  readonly out: string;
  readonly copies: number;
  readonly augment: readonly Change[];
  readonly seed: number;
  readonly splits?: readonly string[];
  readonly encoder?: string;
  readonly images?: boolean;
  readonly masks?: boolean;
  readonly replace?: boolean;
  readonly config?: string;
}

const MOST_COPIES = 100;

export function addEmbed(program: Command): void {
  addConfigOption(program.command('embed'))
    .description(
      'Writes the embeddings of a folder of images, which a head is trained on: float16 in shards of ' +
        'safetensors, with rows.csv and embed.json. A run that stops goes on where it was.',
    )
    .requiredOption('--data <dir>', 'a folder with an index.csv, as evaluate reads it, or with a folder for each label')
    .requiredOption('--out <dir>', 'where the embeddings go')
    .option('--copies <n>', 'augmented copies of each image of the split train', parseCopies, 0)
    .addOption(
      new Option('--augment <changes>', `what copies may differ in, with commas between: ${CHANGES.join(', ')}`)
        .default(['flip', 'brightness', 'contrast', 'noise', 'jpeg'], 'flip,brightness,contrast,noise,jpeg')
        .argParser(parseChanges),
    )
    .option('--seed <n>', 'of splits and copies', parseSeed, 1)
    .option('--splits <names>', 'the splits to take, with commas between (default: all)', parseList)
    .option('--encoder <id or file>', "an encoder of the config's heads, or its model.json (default: medzoo's own)")
    .option('--images', 'keep what the encoder saw, for heads that read pixels')
    .option('--masks', "keep the masks' values, in the encoder's frame; rows without a mask are left out")
    .option('--replace', 'write over embeddings of other images or options')
    .addHelpText(
      'after',
      `
Leave flip out of --augment where left and right matter, and add rotate where images have no upright position.
File names stand in rows.csv and failed.csv, and nowhere else.`,
    )
    .action((options: Options) => runCommand(() => embed(options)));
}

async function embed(options: Options): Promise<number> {
  const { runEmbed } = await import('../embed/run-embed.js');
  const { chooseEncoder } = await import('../embed/choose-encoder.js');
  const { createProgress } = await import('./report-evaluation.js');
  const { countOf } = await import('../terminal/format.js');
  const { withDecoders } = await import('../decoders.js');
  // A config in the working directory may name the head that is being made, which has no weights yet.
  const config = options.config === undefined ? undefined : await readConfig(options);
  const { rows, failed, bytes, bySplit } = await runEmbed({
    data: resolve(options.data),
    out: resolve(options.out),
    copies: options.copies,
    changes: options.augment,
    seed: options.seed,
    splits: options.splits,
    kept: { images: options.images === true, masks: options.masks === true },
    replace: options.replace === true,
    chosen: await chooseEncoder(options.encoder, config),
    config: config ?? withDecoders({}),
    onProgress: createProgress(),
    onNote: (note) => console.error(`${styleText('yellow', 'note', { stream: process.stderr })}: ${inOneLine(note)}`),
  });
  const splits = Object.entries(bySplit).map(([split, count]) => `${split} ${count}`);
  console.log(
    `${countOf(rows, 'embedding')} (${splits.join(', ')}), ${(bytes / 1e6).toFixed(0)} MB, in ${options.out}.`,
  );
  if (failed === 0) return 0;
  console.error(`${countOf(failed, 'image')} could not be read; failed.csv in ${options.out} says which and why.`);
  return 1;
}

function parseCopies(text: string): number {
  const copies = Number(text);
  if (/^\d+$/.test(text) && copies <= MOST_COPIES) return copies;
  throw new InvalidArgumentError(`Expected a whole number from 0 to ${MOST_COPIES}.`);
}

function parseList(text: string): string[] {
  const names = text.split(',').map((name) => name.trim());
  if (names.every((name) => name !== '')) return names;
  throw new InvalidArgumentError('Expected names with commas between.');
}

function parseChanges(text: string): Change[] {
  const names = parseList(text);
  const unknown = names.find((name) => !CHANGES.includes(name as Change));
  if (unknown === undefined) return names as Change[];
  throw new InvalidArgumentError(`There is no "${unknown}"; there are ${CHANGES.join(', ')}.`);
}
