import type { Task } from '../onnx/tiny-model.js';

/** What a new head is, as its author says. */
export interface HeadAnswers {
  /** How the head is asked for: lower-case words joined by hyphens. */
  readonly id: string;
  readonly title: string;
  readonly task: Task;
  /** In the order of the model's outputs. */
  readonly labels: readonly string[];
  /** DICOM codes, such as DX. Empty while it is to be decided. */
  readonly modalities: readonly string[];
  readonly intendedUse: string | undefined;
  /** Of the code and the weights: an SPDX identifier. */
  readonly licence: string | undefined;
  /** Of the images, in words. */
  readonly dataLicence: string | undefined;
  /** Name of the npm package. */
  readonly packageName: string;
  /** Segmentation of several targets: the stored value of each label's pixels in the masks. */
  readonly maskValues: Readonly<Record<number, string>>;
  /** Regression: the unit of each label, in UCUM's symbols. */
  readonly quantities: Readonly<Record<string, string>>;
  /** Several labels: what is between those of an image in the column label; undefined where each has a column. */
  readonly separator: string | undefined;
  /** Labels of the data that the head does not have. */
  readonly leaveOut: readonly string[];
  /** The line by which pip installs the trainer: a name with a version, or the path of a wheel, archive or folder. */
  readonly trainPackage: string;
}

/** What options and prompts give: anything may be missing. */
export type PartialAnswers = { readonly [K in keyof HeadAnswers]?: HeadAnswers[K] | undefined };

/** A fault of the person at the terminal: what was expected, and what came. */
export class AnswerError extends Error {
  override readonly name = 'AnswerError';
}

export const TASKS: readonly Task[] = ['classification', 'segmentation', 'regression', 'keypoints', 'multilabel'];

const ID = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
const LONGEST_ID = 64;
const PACKAGE_NAME = /^(@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*$/;
const MODALITY = /^[A-Z]{2,16}$/;

/** Throws an AnswerError for an id that no head may have. */
export function checkId(id: string): string {
  if (ID.test(id) && id.length <= LONGEST_ID) return id;
  throw new AnswerError(`A head's id is lower-case words joined by hyphens, such as "skin-lesions"; got "${id}".`);
}

/** "a, b" as a and b. Throws an AnswerError for an empty name, or one that stands there twice. */
export function checkLabels(labels: readonly string[]): readonly string[] {
  const names = labels.map((label) => label.trim());
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new AnswerError(`The label "${twice}" stands there twice.`);
  if (names.includes(''))
    throw new AnswerError('A label is empty. Name them with commas between, such as benign,malignant.');
  return names;
}

/** DICOM codes, trimmed. Throws an AnswerError for one that cannot be. */
export function checkModalities(codes: readonly string[]): readonly string[] {
  const trimmed = codes.map((code) => code.trim());
  const odd = trimmed.find((code) => !MODALITY.test(code));
  if (odd === undefined) return trimmed;
  throw new AnswerError(`A modality is a DICOM code, such as DX, US or XC; got "${odd}".`);
}

/** Throws an AnswerError for labels that are too few for the task. */
export function checkCount(task: Task, labels: readonly string[]): void {
  if (task === 'classification' && labels.length < 2) {
    throw new AnswerError(
      `A classification needs two labels at least; got ${labels.length}. ` +
        'Name them with --labels a,b, or let --data DIR tell them.',
    );
  }
  if (labels.length === 0) throw new AnswerError(NAME_LABELS[task]);
}

const NAME_LABELS: Readonly<Record<Task, string>> = {
  classification: 'Name the labels with --labels a,b.',
  segmentation: 'Name what the masks show with --labels a,b.',
  regression: 'Name each number and its unit with --quantities "bone age=mo,height=cm".',
  keypoints: 'Name the places with --labels tip,carina: index.csv has the columns tip_x, tip_y, carina_x and carina_y.',
  multilabel: 'Name the labels with --labels effusion,mass: index.csv has a column for each.',
};

/** Masks of several targets hold one value in each pixel: a pixel belongs to one of them at most. */
export function isExclusive({ task, labels }: Pick<HeadAnswers, 'task' | 'labels'>): boolean {
  return task === 'segmentation' && labels.length > 1;
}

/** Checks what was said so far, before anything is asked; throws an AnswerError. */
export function checkSaid(said: PartialAnswers): void {
  const { id, task, labels, modalities, packageName, maskValues = {}, quantities = {}, separator } = said;
  if (id !== undefined) checkId(id);
  if (task !== undefined) checkTask(task);
  if (packageName !== undefined) checkPackageName(packageName);
  if (modalities !== undefined) checkModalities(modalities);
  const named = labels && checkLabels(labels);
  if (task !== undefined && named !== undefined) checkCount(task, named);
  if (task !== undefined) checkOptions(task, { quantities, separator });
  if (task === 'regression' && named !== undefined) checkQuantities(named, quantities);
  // Values that are still to come are asked for.
  if (Object.keys(maskValues).length > 0 && task !== undefined && named !== undefined) {
    checkMasks(task, named, maskValues);
  }
}

function checkTask(task: Task): Task {
  if (TASKS.includes(task)) return task;
  throw new AnswerError(`A task is ${TASKS.slice(0, -1).join(', ')} or ${TASKS.at(-1)!}; got "${task}".`);
}

function checkPackageName(name: string): string {
  if (PACKAGE_NAME.test(name)) return name;
  throw new AnswerError(`"${name}" is no name of an npm package.`);
}

/** Completes answers by defaults and checks them all; throws an AnswerError. */
export function completeAnswers(given: PartialAnswers, version: string): HeadAnswers {
  if (given.id === undefined) throw new AnswerError('Name the folder of the head: npm create @medzoo/head my-head');
  const id = checkId(given.id);
  const task = checkTask(given.task ?? 'classification');
  const packageName = checkPackageName(given.packageName ?? id);
  const modalities = checkModalities(given.modalities ?? []);
  const maskValues = given.maskValues ?? {};
  const quantities = given.quantities ?? {};
  checkOptions(task, { quantities, separator: given.separator });
  const labels = checkLabels(given.labels ?? labelsOf(maskValues) ?? Object.keys(quantities));
  checkMasks(task, labels, maskValues);
  checkCount(task, labels);
  if (task === 'regression') checkQuantities(labels, quantities);
  return {
    ...{ id, task, labels, modalities, packageName, maskValues, quantities, separator: given.separator },
    leaveOut: given.leaveOut ?? [],
    title: given.title ?? titleOf(id),
    intendedUse: given.intendedUse,
    licence: given.licence,
    dataLicence: given.dataLicence,
    trainPackage: given.trainPackage ?? `medzoo-train==${version}`,
  };
}

/** The labels that mask values name, in the order of the values; undefined where there are none. */
export function labelsOf(maskValues: HeadAnswers['maskValues'] = {}): readonly string[] | undefined {
  const labels = Object.values(maskValues);
  return labels.length > 0 ? labels : undefined;
}

/** Masks of several targets hold a number for each, and nobody can guess which. */
export function checkMasks(task: Task, labels: readonly string[], maskValues: HeadAnswers['maskValues']): void {
  const named = Object.values(maskValues);
  if (task !== 'segmentation' && named.length > 0) {
    throw new AnswerError('--mask-values are about masks: add --task segmentation.');
  }
  const unknown = named.find((label) => !labels.includes(label));
  if (unknown !== undefined) throw new AnswerError(`--mask-values name "${unknown}", which is not one of the labels.`);
  const without = labels.find((label) => labels.length > 1 && !named.includes(label));
  if (task === 'segmentation' && without !== undefined) {
    throw new AnswerError(
      'Several targets stand in one mask by their values. ' +
        `Name that of "${without}", such as --mask-values "1=${without}".`,
    );
  }
}

/** What one task alone has. */
function checkOptions(task: Task, { quantities, separator }: Pick<PartialAnswers, 'quantities' | 'separator'>): void {
  if (task !== 'regression' && Object.keys(quantities ?? {}).length > 0) {
    throw new AnswerError('--quantities are numbers with their units: add --task regression.');
  }
  if (task !== 'multilabel' && separator !== undefined) {
    throw new AnswerError('--separator is about several labels of one image: add --task multilabel.');
  }
}

/** As model.json has units. */
const UNIT = /^[!-~]{1,16}$/;

/** A number without its unit is refused when a head starts, and nobody can guess it. */
export function checkQuantities(labels: readonly string[], quantities: HeadAnswers['quantities']): void {
  const unknown = Object.keys(quantities).find((label) => !labels.includes(label));
  if (unknown !== undefined) throw new AnswerError(`--quantities name "${unknown}", which is not one of the labels.`);
  const without = labels.find((label) => !Object.hasOwn(quantities, label));
  if (without !== undefined) {
    throw new AnswerError(`Say the unit of "${without}": --quantities "${without}=mm", or 1 for a number without one.`);
  }
  const odd = Object.values(quantities).find((unit) => !UNIT.test(unit));
  if (odd === undefined) return;
  throw new AnswerError(`A unit is in the symbols of UCUM, without spaces, such as mo, mm, mL, % or 1; got "${odd}".`);
}

/** "skin-lesions" as "Skin lesions". */
function titleOf(id: string): string {
  const words = id.replaceAll('-', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
