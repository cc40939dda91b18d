import { takesPrompts, type Box, type HeadDescription, type Point } from '@medzoo/core';
import { CommandError } from '../../command-error.js';
import { checkHeadIds } from '../../heads.js';

/** What a person points at, in image pixels. */
export interface Prompts {
  readonly box: Box | undefined;
  readonly points: readonly Point[];
}

/** Params by head id, as a zoo takes them whose heads are only known at run time: it checks them itself. */
export type Requests = Readonly<Record<string, Record<string, never>>>;

/**
 * Which heads to run, with their prompts: those of `ids`, or else the automatic ones, and with a prompt those that take
 * one.
 */
export function requestHeads(
  heads: readonly HeadDescription[],
  ids: readonly string[] | undefined,
  prompts: Prompts,
): Requests {
  const hasPrompt = prompts.box !== undefined || prompts.points.length > 0;
  checkHeadIds(heads, ids ?? []);
  const chosen = heads.filter(({ manifest }) =>
    ids ? ids.includes(manifest.id) : hasPrompt || !takesPrompts(manifest),
  );
  const unprompted = chosen.find(({ manifest }) => !hasPrompt && takesPrompts(manifest));
  if (ids && unprompted) {
    throw new CommandError(
      `The head "${unprompted.manifest.id}" needs a prompt. Give --box X,Y,WIDTH,HEIGHT or --point X,Y in pixels.`,
    );
  }
  if (hasPrompt) checkPrompts(heads, chosen, prompts);
  if (chosen.length === 0)
    throw new CommandError('No head of the config runs without a prompt. Give --box or --point.');
  return Object.fromEntries(chosen.map((head) => [head.manifest.id, promptParams(head, prompts)]));
}

/** A prompt that no head takes would be ignored, and what is found without it taken for its answer. */
function checkPrompts(
  heads: readonly HeadDescription[],
  chosen: readonly HeadDescription[],
  { box, points }: Prompts,
): void {
  const given = [
    ...(box ? [{ type: 'box', option: '--box' }] : []),
    ...(points.length > 0 ? [{ type: 'points', option: '--point' }] : []),
  ];
  for (const { type, option } of given) {
    const takes = ({ manifest }: HeadDescription): boolean =>
      Object.values(manifest.params).some((spec) => spec.type === type);
    if (chosen.some(takes)) continue;
    const able = heads.filter(takes).map(({ manifest }) => manifest.id);
    const advice =
      able.length > 0 ? `Name one that does with --heads: ${able.join(', ')}.` : 'No head of the config does.';
    throw new CommandError(`None of the heads that would run takes ${option}. ${advice}`);
  }
}

function promptParams({ manifest }: HeadDescription, { box, points }: Prompts): Record<string, never> {
  const params = Object.entries(manifest.params).map(([name, { type }]): [string, unknown] | undefined => {
    if (type === 'box' && box) return [name, box];
    if (type === 'points' && points.length > 0) return [name, points.map((point) => ({ ...point, positive: true }))];
    return undefined;
  });
  return Object.fromEntries(params.filter((param) => param !== undefined)) as Record<string, never>;
}
