import type { Answer, TaskAnswers } from './answers.js';
import type { Task } from '../head/task.js';

/** A case for each task: where a task is added, a table without it does not compile. */
export type AnswerCases<R> = { readonly [T in Task]: (answer: TaskAnswers[T]) => R };

/**
 * Calls the case of the answer's task. Use it in place of a comparison with one task, which a new task would pass in
 * silence.
 */
export function matchAnswer<R>(answer: Answer, cases: AnswerCases<R>): R {
  return (cases[answer.task] as (answer: Answer) => R)(answer);
}
