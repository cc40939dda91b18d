import { cancel, intro, isCancel, select, text } from '@clack/prompts';
import { AnswerError, checkId, checkLabels, TASKS, type PartialAnswers } from './answers.js';

/**
 * Asks for what the options did not say. An empty answer leaves it to be decided. Rejects with an AnswerError if the
 * person leaves.
 */
export async function ask(given: PartialAnswers): Promise<PartialAnswers> {
  intro('A new head for medzoo');
  const id = given.id ?? (await askText('What is it called? Lower-case words joined by hyphens.', { check: checkId }));
  const task = given.task ?? (await askTask());
  const labels = given.labels ?? (await askLabels());
  return {
    ...given,
    ...{ id, task, labels },
    title: given.title ?? optional(await askText('Its title, for people:', { isOptional: true })),
    modalities:
      given.modalities ?? list(await askText('Modalities, as DICOM codes (DX, US, XC, …):', { isOptional: true })),
    intendedUse: given.intendedUse ?? optional(await askText('What is it for, and for whom?', { isOptional: true })),
    licence:
      given.licence ??
      optional(await askText('The licence of code and weights (Apache-2.0, …):', { isOptional: true })),
    dataLicence: given.dataLicence ?? optional(await askText('The licence of the images:', { isOptional: true })),
  };
}

async function askTask(): Promise<PartialAnswers['task']> {
  const options = TASKS.map((value) => ({ value, label: value }));
  return taken(await select({ message: 'What does it do?', options }));
}

async function askLabels(): Promise<readonly string[]> {
  const check = (answer: string): unknown => checkLabels(answer.split(','));
  return (await askText('Its labels, with commas between:', { check })).split(',').map((label) => label.trim());
}

interface TextOptions {
  /** Throws an AnswerError for an answer that will not do. */
  readonly check?: (answer: string) => unknown;
  readonly isOptional?: boolean;
}

async function askText(message: string, { check, isOptional = false }: TextOptions): Promise<string> {
  const validate = (answer: string | undefined): string | undefined => {
    if (isOptional && !answer) return undefined;
    try {
      check?.(answer ?? '');
      return undefined;
    } catch (error) {
      return (error as Error).message;
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
