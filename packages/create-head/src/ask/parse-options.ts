import { basename, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { AnswerError, type PartialAnswers } from './answers.js';
import { parseNames } from './parse-names.js';
import type { Task } from '../onnx/tiny-model.js';

const OPTIONS = {
  id: { type: 'string' },
  title: { type: 'string' },
  task: { type: 'string' },
  labels: { type: 'string' },
  data: { type: 'string' },
  modality: { type: 'string' },
  'intended-use': { type: 'string' },
  licence: { type: 'string' },
  'data-licence': { type: 'string' },
  'mask-values': { type: 'string' },
  quantities: { type: 'string' },
  separator: { type: 'string' },
  'leave-out': { type: 'string' },
  package: { type: 'string' },
  packages: { type: 'string' },
  'train-package': { type: 'string' },
  yes: { type: 'boolean', short: 'y' },
  help: { type: 'boolean', short: 'h' },
} as const;

export const HELP = `npm create @medzoo/head [DIR] -- [options]

Writes the package of a new head for medzoo into DIR. What no option says is asked, if somebody is at the terminal.

  --id ID                how the head is asked for (default: the name of DIR)
  --title TEXT           for people (default: the id in words)
  --task TASK            classification (default), segmentation, regression, keypoints or multilabel
  --labels a,b           in the order of the model's outputs; one with a comma in double quotes: 'a,"b, c"'
  --data DIR             reads the labels that are not named out of its index.csv, or its folders' names
  --modality DX,CR       DICOM codes
  --intended-use TEXT    what it is for, and for whom
  --licence ID           of code and weights, an SPDX identifier such as Apache-2.0
  --data-licence TEXT    of the images
  --mask-values 1=a,2=b  segmentation of several targets: the values of their pixels in the masks
  --quantities "a=mm,b=mo"  regression: each number and its unit, in UCUM's symbols
  --separator "|"        multilabel: what is between the labels of an image in the column label
                         (default: a column for each)
  --leave-out a,b        labels of the data that the head does not have, such as "No finding"
  --package NAME         of the npm package (default: the id)
  --packages DIR         installs medzoo from packed packages (*.tgz) in DIR, not from the registry
  --train-package PATH   a wheel, archive or folder of medzoo-train, in the place of the one on PyPI
  -y, --yes              asks nothing
`;

export interface ParsedOptions {
  /** Where the head goes; undefined if nobody said. */
  readonly folder: string | undefined;
  readonly answers: PartialAnswers;
  /** A folder to read labels from. */
  readonly data: string | undefined;
  /** A folder of packed packages. */
  readonly packages: string | undefined;
  readonly asksNothing: boolean;
  readonly wantsHelp: boolean;
}

/** Reads the command line; throws an AnswerError, which names the option. */
export function parseOptions(args: readonly string[]): ParsedOptions {
  const { values, positionals } = parse(args);
  const [folder, ...others] = positionals;
  if (others.length > 0) throw new AnswerError(`Expected one folder; got ${positionals.join(', ')}.`);
  const list = (text: string | undefined): readonly string[] | undefined =>
    text === undefined ? undefined : parseNames(text);
  return {
    folder,
    answers: {
      id: values.id ?? (folder === undefined ? undefined : basename(resolve(folder))),
      title: values.title,
      task: values.task as Task | undefined, // checked with all answers
      labels: list(values.labels),
      modalities: list(values.modality),
      intendedUse: values['intended-use'],
      licence: values.licence,
      dataLicence: values['data-licence'],
      packageName: values.package,
      maskValues: values['mask-values'] === undefined ? undefined : parseMaskValues(values['mask-values']),
      quantities: values.quantities === undefined ? undefined : parseQuantities(values.quantities),
      separator: values.separator,
      leaveOut: list(values['leave-out']),
      trainPackage: values['train-package'],
    },
    data: values.data,
    packages: values.packages,
    asksNothing: values.yes === true,
    wantsHelp: values.help === true,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
  } catch (error) {
    throw new AnswerError(`${(error as Error).message} The options: npm create @medzoo/head -- --help`);
  }
}

/** "bone age=mo,height=cm": the unit of each label. */
export function parseQuantities(text: string): Record<string, string> {
  const pairs = parseNames(text).map((pair): [string, string] => {
    const [, label, unit] = /^\s*(\S.*?)\s*=\s*([^\s=]+)\s*$/.exec(pair) ?? [];
    if (label !== undefined && unit !== undefined) return [label, unit];
    throw new AnswerError(`--quantities are pairs of a label and its unit, such as "bone age=mo"; got "${pair}".`);
  });
  const labels = pairs.map(([label]) => label);
  const twice = labels.find((label, place) => labels.indexOf(label) !== place);
  if (twice !== undefined) throw new AnswerError(`--quantities name "${twice}" twice: "${text}".`);
  return Object.fromEntries(pairs);
}

/** "1=nucleus,2=cell" */
export function parseMaskValues(text: string): Record<number, string> {
  const pairs = parseNames(text).map((pair): [number, string] => {
    const [, value, label] = /^\s*(\d{1,3})\s*=\s*(\S.*?)\s*$/.exec(pair) ?? [];
    if (value === undefined || label === undefined || Number(value) < 1 || Number(value) > 255) {
      throw new AnswerError(
        `--mask-values are pairs such as 1=nucleus,2=cell, of values from 1 to 255; got "${pair}".`,
      );
    }
    return [Number(value), label];
  });
  for (const [index, what] of ['value', 'label'].entries()) {
    const given = pairs.map((pair) => pair[index]);
    const twice = given.find((one, place) => given.indexOf(one) !== place);
    if (twice !== undefined) throw new AnswerError(`--mask-values name the ${what} "${twice}" twice: "${text}".`);
  }
  return Object.fromEntries(pairs);
}
