import type { HeadAnswers } from './answers.js';

const TO_DECIDE = '> TO DECIDE:';
/** Modalities whose images have no upright position: their copies may be turned any way. */
const ANY_WAY_UP = ['XC', 'ES', 'SM', 'GM', 'OP', 'DMS'];
/**
 * Beside those, the ones in which left and right mean nothing. Images of any other modality may show organs whose side
 * matters, or letters: their copies are not mirrored.
 */
const MIRRORED = [...ANY_WAY_UP, 'US', 'IVUS', 'BMUS', 'OPT'];

/** What copies of training images may differ in, as `medzoo embed --augment` takes it. */
export function chooseAugmentation(modalities: readonly string[]): string {
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
  ...['HEAD_TITLE', 'HEAD_SUMMARY', 'HEAD_USE_TEXT', 'HEAD_DATA_TEXT', 'HEAD_LIMITS_TEXT', 'HEAD_PACKAGE'],
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
  const list = labels.join(', ');
  return task === 'classification' ? `${title}: tells ${list} apart.` : `${title}: outlines ${list}.`;
}

function describeData({ dataLicence }: HeadAnswers): string {
  const terms = dataLicence === undefined ? '' : `\n\nTheir licence: ${dataLicence}.`;
  return `${TO_DECIDE} which images it learnt from, from where, of whom, and how they were split.${terms}`;
}

function trainOptions({ task, maskValues, dataLicence }: HeadAnswers): string[] {
  return [
    ...['--task', task],
    ...Object.entries(maskValues).flatMap(([value, label]) => ['--mask-value', `${value}=${label}`]),
    ...(dataLicence === undefined ? [] : ['--data-licence', dataLicence]),
  ];
}

/** A string as TypeScript has it. */
function quote(text: string): string {
  return /['\\\p{Cc}\p{Zl}\p{Zp}]/u.test(text) ? JSON.stringify(text) : `'${text}'`;
}
