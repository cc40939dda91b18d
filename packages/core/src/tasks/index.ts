import { ZooError, type Answer, type Head, type Task, type TaskResults } from '../contract/index.js';
import { RULES } from './rules-by-task.js';
import type { AnswerContext } from './task-rules.js';

export type { AnswerContext } from './task-rules.js';

/**
 * Holds what a head's `decode` gave against its task, whatever TypeScript was told; throws HEAD_FAILED, which names the
 * fault.
 */
export function checkResult(head: Head, result: unknown): void {
  const { id, task } = head.manifest;
  const fault = RULES[task].findFault(result as never, head.trained.labels);
  if (fault === undefined) return;
  throw new ZooError('HEAD_FAILED', `The head "${id}" decoded no valid ${task}: ${fault}.`, { details: { head: id } });
}

/** Holds a head's model file against its task; throws INVALID_MANIFEST, which says what it lacks. */
export function checkModel({ manifest: { id, task }, trained }: Head): void {
  const fault = RULES[task].findModelFault?.(trained);
  if (fault === undefined) return;
  throw new ZooError('INVALID_MANIFEST', `The model file of the head "${id}", a ${task}, ${fault}.`);
}

/**
 * Whether a head of this task does not answer at all about an image that is not of the kind it was trained on. Where it
 * does, its domains are of its labels, one by one.
 */
export function refusesImages({ manifest }: Pick<Head, 'manifest'>): boolean {
  return RULES[manifest.task].refusesImages;
}

/**
 * A checked result of `decode` to what a consumer gets: plain data of its own, whatever else the head put into it, so
 * that it can cross to another process and be kept.
 */
export function toAnswer(head: Head, result: TaskResults[Task], context: AnswerContext): Promise<Answer> {
  return RULES[head.manifest.task].toAnswer(result as never, context);
}
