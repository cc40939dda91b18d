import { takesPrompts, TASKS, type HeadDescription, type Task } from '@medzoo/core';
import { CommandError } from '../../command-error.js';
import { checkHeadIds } from '../../heads.js';
import { TRUTHS, type SetTruths } from './truths.js';

/** What a person said about which head to measure. */
export interface Choice {
  /** `--head`. */
  readonly head: string | undefined;
  /** `--target`. */
  readonly target: string | undefined;
  /** `--mask-value`: the number of the target's pixels in the masks. */
  readonly maskValue?: number | undefined;
  /** `--prompt box`. */
  readonly isPrompted: boolean;
}

/**
 * The heads that may be meant, all of one task: the one that was asked for, or those that answer on an image alone and
 * do what the set is for: the first of `TASKS` whose truth it has and that a head answers. Where it has masks and
 * labels, a classifier may be asked for.
 */
export function candidates(
  heads: readonly HeadDescription[],
  set: SetTruths,
  { head: asked, target, isPrompted }: Choice,
): readonly HeadDescription[] {
  checkHeadIds(heads, asked === undefined ? [] : [asked]);
  const head = heads.find(({ manifest }) => manifest.id === asked);
  const isIn = (task: Task): boolean =>
    TRUTHS[task].isIn(
      set,
      heads.filter((one) => one.manifest.task === task && (asked === undefined || one === head)),
    );
  const known = TASKS.filter(isIn);
  const isAnswered = (task: Task): boolean =>
    heads.some(({ manifest }) => manifest.task === task && !takesPrompts(manifest));
  const task = head?.manifest.task ?? known.find(isAnswered) ?? known[0];
  if (!task) throw new CommandError(`The set has none of ${TASKS.map((one) => TRUTHS[one].name).join(', ')}.`);
  const truth = TRUTHS[task];
  if (!isIn(task)) {
    throw new CommandError(`The set has no ${truth.name}, which the head "${asked ?? ''}" would be compared with.`);
  }
  if (!truth.hasTarget && target !== undefined) {
    throw new CommandError('--target says what masks show, and other answers have none. Choose a head with --head ID.');
  }
  if (isPrompted && (!head || !takesPrompts(head.manifest))) {
    throw new CommandError('--prompt is for a head that takes prompts. Name it with --head ID.');
  }
  if (head && !isPrompted && takesPrompts(head.manifest)) {
    throw new CommandError(
      `The head "${head.manifest.id}" needs a prompt. Give it the box of each truth mask with --prompt box.`,
    );
  }
  const fitting = head ? [head] : heads.filter(({ manifest }) => manifest.task === task && !takesPrompts(manifest));
  if (fitting.length === 0) throw new CommandError(`The config has no head for ${task} without prompts.`);
  return fitting;
}
