import { access } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { HeadDescription, HeadDomain, Zoo } from '@medzoo/core';
import { CommandError } from '../command-error.js';
import { readRows } from '../evaluation/data-set.js';
import { scoreRows, type OnProgress } from '../evaluation/score-rows.js';
import { judgeRow } from './judge-row.js';

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
  readonly onProgress: OnProgress;
}

/**
 * Of each domain of the head: the scores that its model file holds, else those of its own images where the sets are
 * found. `--own` has the images looked at in any case. Undefined where neither is there.
 */
export async function findOwnScores(options: OwnOptions): Promise<readonly (OwnScores | undefined)[]> {
  const domains = options.head.trained.domains ?? [];
  return domains.reduce<Promise<(OwnScores | undefined)[]>>(
    async (before, domain, index) => [...(await before), await findOne(options, domain, index)],
    Promise.resolve([]),
  );
}

async function findOne(options: OwnOptions, domain: HeadDomain, index: number): Promise<OwnScores | undefined> {
  const { scores, datasets, split } = domain;
  const about = { datasets, split };
  if (scores && options.own === undefined) {
    const own = scores.map((score, place) => ({ score, group: `own ${place}` }));
    return { ...about, scores: own, source: 'model.json' };
  }
  const folders = await Promise.all(datasets.map((name) => locate(name, options)));
  const missing = datasets.find((_, place) => folders[place] === undefined);
  if (missing !== undefined && options.own !== undefined) {
    throw new CommandError(`There is no set ${missing} in ${options.own}, which the head's thresholds are of.`);
  }
  if (missing !== undefined) return undefined;
  const rows = (await Promise.all(folders.map((folder) => readRows(folder!)))).flat();
  const own = rows.filter((row) => row.split === split);
  const { scores: judged } = await scoreRows(
    own,
    (row) => judgeRow(options.zoo, options.head, row),
    options.onProgress,
  );
  const found = judged.map(({ domains, row }) => ({ score: domains[index]!.score, group: `own ${row.group}` }));
  return { ...about, scores: found, source: 'images' };
}

/** The folder of a set, if it is there. */
async function locate(name: string, { own, data }: OwnOptions): Promise<string | undefined> {
  const beside = dirname(resolve(data));
  const parents = own === undefined ? [beside, join(dirname(beside), 'data')] : [resolve(own)];
  for (const folder of parents.map((parent) => join(parent, name))) {
    const isThere = await access(join(folder, 'index.csv')).then(
      () => true,
      () => false,
    );
    if (isThere) return folder;
  }
  return undefined;
}
