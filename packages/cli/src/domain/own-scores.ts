import { access } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { HeadDescription, HeadDomain, Zoo } from '@medzoo/core';
import { CommandError } from '../command-error.js';
import { readRows } from '../evaluation/set/data-set.js';
import { scoreRows, type OnProgress } from '../evaluation/score/score-rows.js';
import { splitAsTrained } from '../evaluation/set/split-as-trained.js';
import { showPath } from '../files/show-path.js';
import { countOf } from '../terminal/format.js';
import { judgeRow, type Judged } from './judge-row.js';

/** Scores of a head's own held-out images for one of its domains, to compare others with. */
export interface OwnScores {
  readonly scores: readonly { readonly score: number; readonly group: string }[];
  readonly datasets: readonly string[];
  readonly split: string;
  /** Whether they stand in the model file, or the images were looked at. */
  readonly source: 'model.json' | 'images';
}

export interface OwnOptions {
  readonly zoo: Zoo;
  readonly head: HeadDescription;
  /** `--own`: a folder of the head's own sets. */
  readonly own: string | undefined;
  /** `--data`; sets beside it, or in a folder `data` beside its parent, are found without `--own`. */
  readonly data: string;
  readonly seed: number;
  readonly onProgress: OnProgress;
}

/** Of each domain of the head, in the order of its model file; undefined where there are none. */
export interface FoundScores {
  readonly own: readonly (OwnScores | undefined)[];
  readonly warnings: readonly string[];
}

/**
 * Of each domain of the head: the scores that its model file holds, else those of its own images where the sets are
 * found. `--own` has the images looked at in any case, each once. A set that is not in `--own`, or that has no image of
 * the split, is a CommandError; images that cannot be read are a warning.
 */
export async function findOwnScores(options: OwnOptions): Promise<FoundScores> {
  const warnings: string[] = [];
  const judged = new Map<string, Promise<readonly Judged[] | undefined>>();
  const judge = (name: string, split: string): Promise<readonly Judged[] | undefined> => {
    const key = JSON.stringify([name, split]);
    const known = judged.get(key) ?? judgeSet(name, split, options, warnings);
    judged.set(key, known);
    return known;
  };
  const own: (OwnScores | undefined)[] = [];
  for (const [index, domain] of (options.head.trained.domains ?? []).entries()) {
    own.push(await findOne(domain, index, options, judge));
  }
  return { own, warnings };
}

async function findOne(
  { scores, datasets, split }: HeadDomain,
  index: number,
  { own }: OwnOptions,
  judge: (name: string, split: string) => Promise<readonly Judged[] | undefined>,
): Promise<OwnScores | undefined> {
  const about = { datasets, split };
  if (scores && own === undefined) {
    const listed = scores.map((score, place) => ({ score, group: `own ${place}` }));
    return { ...about, scores: listed, source: 'model.json' };
  }
  const found: { score: number; group: string }[] = [];
  for (const name of datasets) {
    const judged = await judge(name, split);
    if (!judged) return undefined;
    // Two sets may call their groups alike.
    for (const { domains, row } of judged)
      found.push({ score: domains[index]!.score, group: `own ${name} ${row.group}` });
  }
  return { ...about, scores: found, source: 'images' };
}

/** Asks the head about its own held-out images of a set; undefined where the set is not at hand. */
async function judgeSet(
  name: string,
  split: string,
  options: OwnOptions,
  warnings: string[],
): Promise<readonly Judged[] | undefined> {
  const { zoo, head, own, seed, onProgress } = options;
  const folder = await locate(name, options);
  if (folder === undefined) {
    if (own === undefined) return undefined;
    throw new CommandError(`There is no set ${name} in ${own}, which the head's thresholds are of.`);
  }
  const { rows, notes } = await readRows(folder);
  const all = splitAsTrained({ name, rows }, [head], seed);
  const kept = all.rows.filter((row) => row.split === split);
  if (kept.length === 0) {
    throw new CommandError(
      `The set ${name} in ${showPath(folder)} has no image of the split ${split}, which the head's thresholds are of.`,
    );
  }
  const { scores, failed } = await scoreRows(kept, (row) => judgeRow(zoo, head, row), onProgress);
  warnings.push(...[...notes, ...all.warnings].map((warning) => `${name}: ${warning}`));
  if (failed[0]) {
    warnings.push(
      `${name}: Left out of the head's own images, as they could not be read: ${countOf(failed.length, 'image')}. ` +
        `The first, ${failed[0].id}: ${failed[0].error}`,
    );
  }
  return scores;
}

/** The folder of a set, if it is there. */
async function locate(name: string, { own, data }: OwnOptions): Promise<string | undefined> {
  const beside = dirname(resolve(data));
  const parents = own === undefined ? [beside, join(dirname(beside), 'data')] : [resolve(own)];
  for (const folder of parents.map((parent) => join(parent, name))) {
    // A folder that was named may have folders for its labels.
    const isThere = await access(own === undefined ? join(folder, 'index.csv') : folder).then(
      () => true,
      () => false,
    );
    if (isThere) return folder;
  }
  return undefined;
}
