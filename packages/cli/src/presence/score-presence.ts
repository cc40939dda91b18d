import { rleArea, type HeadDescription, type Zoo } from '@medzoo/core';
import { CommandError } from '../command-error.js';
import type { Row } from '../evaluation/set/data-set.js';
import { predict } from '../evaluation/score/predict.js';
import { readRowImage, readRowTruth } from '../evaluation/score/read-row.js';
import type { Scored } from '../evaluation/score/score-rows.js';
import { decodeForHead, type ReadingOptions } from '../files/reading-options.js';
import type { Assumption } from '../truth/assumption.js';
import { cropBackground } from './background.js';
import { presenceOf } from './presence-by-task.js';

/** What a head said about one image, or about a crop of one, and what is known about it. */
export interface PresenceScore extends Scored {
  readonly set: string;
  /** 'background': a crop of an image of a set with masks, without what those show. */
  readonly kind: 'image' | 'background';
  /** Whether the mask is empty; undefined where there is no mask. */
  readonly isEmpty: boolean | undefined;
  /** What was assumed to read the row's mask. */
  readonly assumptions: readonly Assumption[];
  /** By target, 0..1. */
  readonly presence: Readonly<Record<string, number>>;
}

/** Asks the head about the image of a set's row and, where a mask says what to leave out, about its background. */
export async function scorePresence(
  zoo: Zoo,
  head: HeadDescription,
  set: string,
  row: Row,
  reading: ReadingOptions,
): Promise<PresenceScore[]> {
  const bytes = await readRowImage(row);
  const truth = row.mask === undefined ? undefined : await readRowTruth(row, bytes, reading);
  const isEmpty = truth && rleArea(truth.rle) === 0;
  const assumptions = truth?.assumptions ?? [];
  const ask = async (image: Uint8Array, kind: PresenceScore['kind']): Promise<PresenceScore> => {
    const { answer, provenance } = await predict(zoo, head, image);
    const presence = presenceOf(answer);
    if (!presence) throw new CommandError(`The head "${head.manifest.id}" does not say what is in an image.`);
    return { row, provenance, set, kind, isEmpty, assumptions, presence };
  };
  const background =
    truth && !isEmpty ? await cropBackground(await decodeForHead(bytes, head, reading), truth.rle) : undefined;
  return [await ask(bytes, 'image'), ...(background ? [await ask(background, 'background')] : [])];
}
