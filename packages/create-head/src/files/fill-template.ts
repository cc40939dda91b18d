import { isExclusive, type HeadAnswers } from '../ask/answers.js';
import { formatNames } from '../ask/parse-names.js';
import type { Task } from '../onnx/tiny-model.js';
import { quoteArgument } from '../quote-argument.js';

const TO_DECIDE = '> TO DECIDE:';
/** Modalities whose images have no upright position: their copies may be turned any way. */
const ANY_WAY_UP = ['XC', 'ES', 'SM', 'GM', 'OP', 'DMS'];
/**
 * Beside those, the ones in which left and right mean nothing. Images of any other modality may show organs whose side
 * matters, or letters: their copies are not mirrored.
 */
const MIRRORED = [...ANY_WAY_UP, 'US', 'IVUS', 'BMUS', 'OPT'];

/** What copies of training images may differ in, as `medzoo embed --augment` takes it. */
export function chooseAugmentation(modalities: readonly string[], task: Task = 'classification'): string {
  // Nobody can say whether a place is called by its side.
  if (task === 'keypoints') return 'brightness,contrast';
  const areAll = (allowed: readonly string[]): boolean =>
    modalities.length > 0 && modalities.every((code) => allowed.includes(code));
  if (areAll(ANY_WAY_UP)) return 'flip,rotate,brightness,contrast';
  return areAll(MIRRORED) ? 'flip,brightness,contrast' : 'brightness,contrast';
}

/** "skin-lesions" as `skinLesions`. */
export function toIdentifier(id: string): string {
  return id.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

/**
 * A template with what the author said in the places of its words. The template of a source file is valid TypeScript
 * itself.
 */
export function fillTemplate(template: string, answers: HeadAnswers): string {
  const words = wordsOf(answers);
  return template.replace(ANY_WORD, (word) => words[word as Word]);
}

/** The longest first where one begins another. */
const WORDS = [
  ...["['HEAD_MODALITY']", "['HEAD_TRAIN_OPTIONS']", "'HEAD_TITLE'", "'HEAD_INTENDED_USE'", 'HEAD_TRAIN_PACKAGE'],
  ...[
    'HEAD_EVALUATE_TEXT',
    'HEAD_COLUMNS_TEXT',
    'HEAD_TITLE',
    'HEAD_SUMMARY',
    'HEAD_USE_TEXT',
    'HEAD_DATA_TEXT',
    'HEAD_LIMITS_TEXT',
    'HEAD_PACKAGE',
  ],
  ...['headName', 'head-id'],
] as const;
type Word = (typeof WORDS)[number];

/** All of them at once: what the author says may hold one of them, and stays as it is. */
const ANY_WORD = new RegExp(WORDS.map((word) => word.replaceAll(/[[\]]/g, String.raw`\$&`)).join('|'), 'g');

function wordsOf(answers: HeadAnswers): Readonly<Record<Word, string>> {
  const { id, title, packageName, trainPackage, modalities, intendedUse } = answers;
  return {
    "['HEAD_MODALITY']": `[${modalities.map(quote).join(', ')}]`,
    "['HEAD_TRAIN_OPTIONS']": `[${trainOptions(answers).map(quote).join(', ')}]`,
    "'HEAD_TITLE'": quote(title),
    "'HEAD_INTENDED_USE'": quote(intendedUse ?? 'To be decided. Not for diagnosis.'),
    HEAD_EVALUATE_TEXT: sayEvaluate(answers),
    HEAD_COLUMNS_TEXT: COLUMNS[answers.task](answers),
    HEAD_TITLE: title,
    HEAD_SUMMARY: summarize(answers).replaceAll('*/', '* /'),
    HEAD_USE_TEXT: intendedUse ?? `${TO_DECIDE} what it is for, for whom, and what it is not for. Not for diagnosis.`,
    HEAD_DATA_TEXT: describeData(answers),
    HEAD_LIMITS_TEXT: `${TO_DECIDE} on which images it fails, and what it was never shown.`,
    HEAD_PACKAGE: packageName,
    HEAD_TRAIN_PACKAGE: trainPackage,
    headName: toIdentifier(id),
    'head-id': id,
  };
}

function summarize({ task, labels, title }: HeadAnswers): string {
  return `${title}: ${SAY_TASK[task](labels.join(', '))}.`;
}

/** What a head does with its labels, in words. */
export const SAY_TASK: Readonly<Record<Task, (labels: string) => string>> = {
  classification: (labels) => `tells ${labels} apart`,
  segmentation: (labels) => `outlines ${labels}`,
  regression: (labels) => `measures ${labels}`,
  keypoints: (labels) => `finds ${labels}`,
  multilabel: (labels) => `says which of ${labels} an image shows`,
};

/** What index.csv has of each image, in words. */
const COLUMNS: Readonly<Record<Task, (answers: HeadAnswers) => string>> = {
  classification: () =>
    'an index.csv of columns `image`, `split` and `label` (and `group`, such as the patient), or a folder of images ' +
    'for each label',
  segmentation: () => 'an index.csv of columns `image`, `split` and `mask` (and `group`, such as the patient)',
  regression: ({ labels, quantities }) =>
    `an index.csv of columns \`image\`, \`split\` and the true numbers: ${listColumns(labels)}, in ` +
    `${Object.values(quantities).join(', ')} (and \`group\`, such as the patient)`,
  keypoints: ({ labels }) =>
    'an index.csv of columns `image`, `split` and the places in pixels from the top left corner: ' +
    `${listColumns(labels, ['_x', '_y'])} (and \`group\`, such as the patient)`,
  multilabel: ({ labels, separator }) =>
    separator === undefined
      ? `an index.csv of columns \`image\`, \`split\` and, with 1, 0, or nothing for what is not known, ` +
        `${listColumns(labels)} (and \`group\`, such as the patient)`
      : `an index.csv of columns \`image\`, \`split\` and \`label\`, in which all labels of an image stand with ` +
        `\`${separator}\` between (and \`group\`, such as the patient)`,
};

function listColumns(labels: readonly string[], endings: readonly string[] = ['']): string {
  const names = labels.flatMap((label) => endings.map((ending) => `${label.replaceAll(' ', '_')}${ending}`));
  return names.map((name) => `\`${name}\``).join(', ');
}

function describeData({ dataLicence }: HeadAnswers): string {
  const terms = dataLicence === undefined ? '' : `\n\nTheir licence: ${dataLicence}.`;
  return `${TO_DECIDE} which images it learnt from, from where, of whom, and how they were split.${terms}`;
}

/** The command that measures the head; one of several targets in one mask is measured at a time. */
export function sayEvaluate(answers: HeadAnswers, data = 'DIR'): string {
  const command = `npx medzoo evaluate --data ${data} --record`;
  if (!isExclusive(answers)) return command;
  return Object.entries(answers.maskValues)
    .map(([value, label]) => `${command} --mask-value ${quoteArgument(`${value}=${label}`)}`)
    .join('\n');
}

function trainOptions({ task, maskValues, dataLicence, separator, leaveOut }: HeadAnswers): string[] {
  return [
    ...['--task', task],
    ...Object.entries(maskValues).flatMap(([value, label]) => ['--mask-value', `${value}=${label}`]),
    ...(separator === undefined ? [] : ['--separator', separator]),
    ...(leaveOut.length === 0 ? [] : ['--leave-out', formatNames(leaveOut)]),
    ...(dataLicence === undefined ? [] : ['--data-licence', dataLicence]),
  ];
}

/** A string as TypeScript has it. */
function quote(text: string): string {
  return /['\\\p{Cc}\p{Zl}\p{Zp}]/u.test(text) ? JSON.stringify(text) : `'${text}'`;
}
