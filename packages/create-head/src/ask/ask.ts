import { cancel, intro, isCancel, log, select, text } from '@clack/prompts';
import {
  AnswerError,
  checkCount,
  checkId,
  checkLabels,
  checkMasks,
  checkModalities,
  checkQuantities,
  TASKS,
  type HeadAnswers,
  type PartialAnswers,
} from './answers.js';
import type { Task } from '../onnx/tiny-model.js';
import { parseNames } from './parse-names.js';
import { parseMaskValues, parseQuantities } from './parse-options.js';
import { findLabels } from '../data/read-labels.js';

/**
 * Asks for what neither the options nor the folder of images say. Each answer is checked as it is typed; an empty one
 * leaves it to be decided. Rejects with an AnswerError if the person leaves.
 */
export async function ask(given: PartialAnswers, data?: string): Promise<PartialAnswers> {
  intro('A new head for medzoo');
  const id = given.id ?? (await askText('What is it called? Lower-case words joined by hyphens.', { check: checkId }));
  const task = given.task ?? (await askTask());
  const quantities = given.quantities ?? (task === 'regression' ? await askQuantities(given.labels) : undefined);
  const labels = (await readOrSay({ ...given, task, quantities }, data)) ?? (await askLabels(task));
  const check = (answer: string): unknown => checkModalities(answer.split(','));
  return {
    ...given,
    ...{ id, task, labels, quantities },
    maskValues: given.maskValues ?? (await askMaskValues(task, labels)),
    title: given.title ?? optional(await askText('Its title, for people:', { isOptional: true })),
    modalities:
      given.modalities ??
      list(await askText('Modalities, as DICOM codes (DX, US, XC, …):', { check, isOptional: true })),
    intendedUse: given.intendedUse ?? optional(await askText('What is it for, and for whom?', { isOptional: true })),
    licence:
      given.licence ??
      optional(await askText('The licence of code and weights (Apache-2.0, …):', { isOptional: true })),
    dataLicence: given.dataLicence ?? optional(await askText('The licence of the images:', { isOptional: true })),
  };
}

/** What the folder does not tell is asked. */
async function readOrSay(given: PartialAnswers, data: string | undefined): Promise<readonly string[] | undefined> {
  try {
    return await findLabels(given, data);
  } catch (error) {
    if (!(error instanceof AnswerError)) throw error;
    log.warn(error.message);
    return undefined;
  }
}

async function askTask(): Promise<Task> {
  const options = TASKS.map((value) => ({ value, label: value }));
  return taken(await select({ message: 'What does it do?', options }));
}

async function askLabels(task: Task): Promise<readonly string[]> {
  const check = (answer: string): void => checkCount(task, checkLabels(parseNames(answer)));
  return checkLabels(parseNames(await askText('Its labels, with commas between:', { check })));
}

/** Numbers with their units, whose names are the labels. */
async function askQuantities(labels: readonly string[] | undefined): Promise<HeadAnswers['quantities']> {
  const check = (answer: string): void => {
    const quantities = parseQuantities(answer);
    checkQuantities(labels ?? Object.keys(quantities), quantities);
  };
  const example = (labels ?? ['bone age', 'height']).map((label, index) => `${label}=${['mo', 'cm'][index] ?? 'mm'}`);
  return parseQuantities(await askText(`Its numbers and their units, such as ${example.join(',')}:`, { check }));
}

/** Only masks of several targets have them. */
async function askMaskValues(task: Task, labels: readonly string[]): Promise<HeadAnswers['maskValues'] | undefined> {
  if (task !== 'segmentation' || labels.length < 2) return undefined;
  const check = (answer: string): void => checkMasks(task, labels, parseMaskValues(answer));
  const example = labels.map((label, index) => `${index + 1}=${label}`).join(',');
  return parseMaskValues(await askText(`The values of their pixels in the masks, such as ${example}:`, { check }));
}

interface TextOptions {
  /** Throws an AnswerError for an answer that will not do. */
  readonly check?: (answer: string) => unknown;
  readonly isOptional?: boolean;
}

async function askText(message: string, { check, isOptional = false }: TextOptions): Promise<string> {
  const validate = (answer: string | undefined): string | undefined => {
    if (isOptional && optional(answer ?? '') === undefined) return undefined;
    try {
      check?.(answer ?? '');
      return undefined;
    } catch (error) {
      if (!(error instanceof AnswerError)) throw error;
      return error.message;
    }
  };
  const placeholder = isOptional ? { placeholder: 'decide later' } : {};
  return taken(await text({ message, validate, ...placeholder }));
}

function taken<T>(answer: T): Exclude<T, symbol> {
  if (!isCancel(answer)) return answer as Exclude<T, symbol>;
  cancel('Nothing is written.');
  throw new AnswerError('Nothing is written.');
}

function optional(answer: string): string | undefined {
  return answer.trim() === '' ? undefined : answer.trim();
}

function list(answer: string): readonly string[] | undefined {
  return optional(answer)
    ?.split(',')
    .map((one) => one.trim());
}
