import type { HeadDescription } from '@medzoo/core';
import { CommandError } from '../command-error.js';
import { chooseTarget } from '../evaluation/subject/choose-target.js';
import type { DataSet } from '../evaluation/set/data-set.js';
import { isSameName } from '../evaluation/set/names.js';
import { isShownAnyway, modalitiesOf } from './scenes.js';

/** `TARGET=SET`, from `--shows` and `--near`. */
export interface Assignment {
  readonly target: string;
  readonly set: string;
}

export interface Assignments {
  readonly shows: readonly Assignment[];
  readonly near: readonly Assignment[];
}

/** What each set means for one target. Every set is in one of the first three lists. */
export interface Arrangement {
  /** Its masks show the target. */
  readonly positive: readonly string[];
  /** The target is in none of its images. */
  readonly negative: readonly string[];
  /** Shows the target though no mask says so: counted on neither side. */
  readonly left_out: readonly string[];
  /** Of the negative ones, those of the target's own modality. */
  readonly near: readonly string[];
}

/**
 * The target of each set with masks, by set; one whose names do not tell is missing, and takes part as showing none.
 */
export function targetsOf(head: HeadDescription, sets: readonly DataSet[]): ReadonlyMap<string, string> {
  const targets = sets.flatMap((set): [string, string][] => {
    if (!set.hasMasks) return [];
    try {
      return [[set.name, chooseTarget([head], set, undefined).label]];
    } catch (error) {
      if (error instanceof CommandError) return [];
      throw error;
    }
  });
  return new Map(targets);
}

/** What each set means for `target`, by names: of the sets, of what their masks show, and as `shows` and `near` say. */
export function arrangeSets(
  target: string,
  sets: readonly Pick<DataSet, 'name'>[],
  targets: ReadonlyMap<string, string>,
  { shows, near }: Assignments,
): Arrangement {
  const isAssigned = (list: readonly Assignment[], name: string): boolean =>
    list.some((one) => isSameName(one.target, target) && one.set === name);
  const names = sets.map(({ name }) => name);
  const positive = names.filter((name) => targets.get(name) === target);
  const others = names.filter((name) => !positive.includes(name));
  const left_out = others.filter((name) => isAssigned(shows, name) || isShownAnyway(target, name));
  const negative = others.filter((name) => !left_out.includes(name));
  const modalities = new Set(positive.flatMap(modalitiesOf));
  const isNear = (name: string): boolean =>
    isAssigned(near, name) || modalitiesOf(name).some((modality) => modalities.has(modality));
  return { positive, negative, left_out, near: negative.filter(isNear) };
}
