import { groupBy } from '../../statistics/group-by.js';
import { listNames } from '../../terminal/list-names.js';
import { countOf } from '../../terminal/format.js';
import { describeAssumptions, listIds } from '../../truth/assumption.js';
import type { Truth } from '../../truth/read-truth.js';
import type { Row } from '../set/data-set.js';

/** A row, and how its truth mask was read. */
export interface ReadMask extends Pick<Truth, 'assumptions' | 'level'> {
  readonly row: Row;
  /** Whether the target is not in the image at all. */
  readonly isTruthEmpty: boolean;
}

/** The values that a mask of one target has where the target is. */
const USUAL = ['1', '255', '65535'];

/** What a person should know of how masks were read, in sentences. */
export function describeMasks(read: readonly ReadMask[]): string[] {
  return [...describeAssumptions(read), ...describeLevels(read), ...describeShared(read)];
}

/** Each mask has two levels, and so is one target's; of several values, each may be another target. */
function describeLevels(read: readonly ReadMask[]): string[] {
  const byLevel = groupBy(
    read.filter(({ level }) => level !== undefined),
    ({ level }) => level!,
  );
  if (byLevel.size < 2 || [...byLevel.keys()].every((level) => USUAL.includes(level))) return [];
  const counted = [...byLevel].map(([level, own]) => `${level} in ${own.length}`);
  return [
    `The masks do not have one value beside 0 but several: ${listNames(counted)}. All count as the same target. If ` +
      'each stands for a target of its own, name one with --mask-value, such as --mask-value 2=nucleus.',
  ];
}

/**
 * An empty mask may serve many images; one with something in it is of one image, and is listed for others by a slip.
 */
function describeShared(scores: readonly ReadMask[]): string[] {
  const imagesOf = new Map<string | undefined, Set<string | undefined>>();
  const filled = scores.filter(({ isTruthEmpty }) => !isTruthEmpty);
  for (const { row } of filled) imagesOf.set(row.mask, (imagesOf.get(row.mask) ?? new Set()).add(row.image));
  const ids = filled.filter(({ row }) => imagesOf.get(row.mask)!.size > 1).map(({ row }) => row.id);
  if (ids.length === 0) return [];
  return [`Listed with the mask of another image: ${countOf(ids.length, 'row')} (${listIds(ids)}). Check the index.`];
}
