import type { Answer, Task, TaskAnswers } from '@medzoo/core';

type PresenceOf<A extends Answer> = (answer: A) => Readonly<Record<string, number>>;

/** By target, how sure an answer is that it is in the image, 0..1; null for a task whose answers do not say. */
const PRESENCE: { readonly [T in Task]: PresenceOf<TaskAnswers[T]> | null } = {
  segmentation: ({ masks }) => Object.fromEntries(masks.map(({ label, presence }) => [label, presence])),
  classification: null,
  regression: null,
  keypoints: null,
  multilabel: null,
};

/** Whether answers of this task say of each target whether it is in the image. */
export function saysPresence(task: Task): boolean {
  return PRESENCE[task] !== null;
}

/** The presence of each target, 0..1; undefined where the answer's task has none. */
export function presenceOf(answer: Answer): Readonly<Record<string, number>> | undefined {
  return (PRESENCE[answer.task] as PresenceOf<Answer> | null)?.(answer);
}
