import type { HeadAnswers } from './answers.js';

const TO_DECIDE = '> TO DECIDE:';
/** Modalities whose images have no upright position: their copies may be turned any way. */
const ANY_WAY_UP = ['XC', 'ES', 'SM', 'GM', 'OP', 'DMS'];
/** Of which left and right may be told apart: their copies are not mirrored. */
const SIDES_MATTER = ['DX', 'CR', 'CT', 'MR', 'MG', 'PX', 'IO'];

/** What copies of training images may differ in, as `medzoo embed --augment` takes it. */
export function chooseAugmentation(modalities: readonly string[]): string {
  if (modalities.some((code) => SIDES_MATTER.includes(code))) return 'brightness,contrast';
  const isAnyWayUp = modalities.length > 0 && modalities.every((code) => ANY_WAY_UP.includes(code));
  return isAnyWayUp ? 'flip,rotate,brightness,contrast' : 'flip,brightness,contrast';
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
  const { id, title, packageName, trainPackage } = answers;
  const modalities = answers.modalities.map(quote).join(', ');
  return template
    .replaceAll("['HEAD_MODALITY']", `[${modalities}]`)
    .replaceAll("['HEAD_TRAIN_OPTIONS']", `[${trainOptions(answers).map(quote).join(', ')}]`)
    .replaceAll("'HEAD_TITLE'", () => quote(title))
    .replaceAll("'HEAD_INTENDED_USE'", () => quote(answers.intendedUse ?? 'To be decided. Not for diagnosis.'))
    .replaceAll('HEAD_TITLE', () => title)
    .replaceAll('HEAD_SUMMARY', () => summarize(answers).replaceAll('*/', '* /'))
    .replaceAll(
      'HEAD_USE_TEXT',
      () => answers.intendedUse ?? `${TO_DECIDE} what it is for, for whom, and what it is not for. Not for diagnosis.`,
    )
    .replaceAll('HEAD_DATA_TEXT', () => describeData(answers))
    .replaceAll('HEAD_LIMITS_TEXT', `${TO_DECIDE} on which images it fails, and what it was never shown.`)
    .replaceAll('HEAD_PACKAGE', () => packageName)
    .replaceAll('HEAD_TRAIN_PACKAGE', () => trainPackage)
    .replaceAll('headName', toIdentifier(id))
    .replaceAll('head-id', id);
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
  return /['\\\n]/.test(text) ? JSON.stringify(text) : `'${text}'`;
}
