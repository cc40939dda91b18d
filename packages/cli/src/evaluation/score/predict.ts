import type { Answer, HeadDescription, OutOfDomain, Provenance, Task, TaskAnswers, Zoo } from '@medzoo/core';
import { CommandError } from '../../command-error.js';

/** What a head said about one row, and how. */
export interface Predicted<A extends Answer = Answer> {
  readonly answer: A;
  readonly provenance: Provenance;
}

/**
 * Runs one head on an image; rejects with whatever kept it from answering. By default it answers about images of any
 * kind, and the answer's `domain` says whether it would have refused.
 */
export async function predict(
  zoo: Zoo,
  { manifest }: HeadDescription,
  image: Uint8Array,
  params: Record<string, unknown> = {},
  outOfDomain: OutOfDomain = 'warn',
): Promise<Predicted> {
  const outcomes = await zoo.analyze(image, { [manifest.id]: params as Record<string, never> }, { outOfDomain });
  const outcome = outcomes[manifest.id]!;
  if (!outcome.ok) throw outcome.error;
  return { answer: outcome.value, provenance: outcome.provenance };
}

/** The same of a head that has to do this task; rejects with a CommandError for an answer of another. */
export async function predictAs<T extends Task>(
  task: T,
  ...[zoo, head, image, params, outOfDomain]: Parameters<typeof predict>
): Promise<Predicted<TaskAnswers[T]>> {
  const { answer, provenance } = await predict(zoo, head, image, params, outOfDomain);
  if (answer.task === task) return { answer: answer as TaskAnswers[T], provenance };
  throw new CommandError(`The head "${head.manifest.id}" does ${answer.task}, not ${task}.`);
}
