import {
  checkParams,
  checkPromptsInImage,
  didYouMean,
  type HeadDescription,
  isZooError,
  type Size,
  ZooError,
} from '@medzoo/core';
import type { HeadRequest } from './image-analysis.js';

/** Longer ids are none of ours, and are not repeated in full. */
const MOST_ID_CHARACTERS = 100;

/**
 * What is wrong with one of a request's heads, before the zoo is asked: UNKNOWN_HEAD or INVALID_PARAM, undefined if
 * nothing is. The zoo would refuse all heads for it, and the others are to be answered.
 */
export function findFault(
  heads: readonly HeadDescription[],
  { id, params }: HeadRequest,
  image: Size,
): ZooError | undefined {
  const head = heads.find(({ manifest }) => manifest.id === id);
  if (!head) return unknownHead(id, heads);
  const long = Object.keys(params).find((name) => name.length > MOST_ID_CHARACTERS);
  if (long !== undefined) return new ZooError('INVALID_PARAM', `There is no param "${shownId(long)}".`);
  const specs = head.manifest.params;
  try {
    checkPromptsInImage(specs, checkParams(specs, params, head.trained.labels), image);
    return undefined;
  } catch (error) {
    if (isZooError(error)) return error;
    throw error;
  }
}

/** An id or a name as it may be repeated to who sent it. */
export function shownId(id: string): string {
  return id.length > MOST_ID_CHARACTERS ? `${id.slice(0, MOST_ID_CHARACTERS)}…` : id;
}

function unknownHead(id: string, heads: readonly HeadDescription[]): ZooError {
  const known = heads.map(({ manifest }) => manifest.id);
  const hint = id.length > MOST_ID_CHARACTERS ? '' : didYouMean(id, known);
  return new ZooError('UNKNOWN_HEAD', `There is no head "${shownId(id)}". There are ${known.join(', ')}.${hint}`, {
    details: { known },
  });
}
