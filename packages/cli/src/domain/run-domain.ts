import { createZoo, type HeadDescription, type ZooConfig } from '@medzoo/core';
import { CommandError } from '../command-error.js';
import { describeModels, provenanceOfFirstRun } from '../evaluation/report/describe-models.js';
import { scoreRows, type OnProgress } from '../evaluation/score/score-rows.js';
import type { Selection } from '../evaluation/set/select-rows.js';
import { checkHeadIds } from '../heads.js';
import { readPackageVersion } from '../read-package-version.js';
import { countOf } from '../terminal/format.js';
import { findDomain, measureAnswers } from './domain-findings.js';
import type { DomainReport } from './domain-report.type.js';
import { judgeRow } from './judge-row.js';
import { findOwnScores } from './own-scores.js';
import { readImages } from './read-images.js';

export interface DomainOptions extends Selection {
  readonly config: ZooConfig;
  /** A folder of images, with or without an index.csv. */
  readonly data: string;
  readonly head: string | undefined;
  /** A folder of the head's own sets. */
  readonly own: string | undefined;
  readonly onProgress: OnProgress;
}

/** What a head says of the kind of images, and what a person should know of it. */
export interface DomainEvaluation {
  readonly report: DomainReport;
  readonly warnings: readonly string[];
}

/**
 * Asks a head of which kind the images of a folder are; throws a CommandError where it cannot say, or no image could be
 * read.
 */
export async function runDomain(options: DomainOptions): Promise<DomainEvaluation> {
  const { config, data, seed, onProgress } = options;
  const { name, rows, split, warnings } = await readImages(data, config.heads, options);
  const zoo = await createZoo({ ...config, cacheBytes: 0, warmUp: false });
  try {
    const head = chooseHead(zoo.heads, options.head);
    const { scores: judged, failed } = await scoreRows(rows, (row) => judgeRow(zoo, head, row), onProgress);
    if (judged.length === 0) {
      throw new CommandError(
        `None of ${countOf(failed.length, 'image')} could be evaluated. The first, ${failed[0]?.id ?? ''}: ` +
          (failed[0]?.error ?? ''),
      );
    }
    const { own, warnings: others } = await findOwnScores({ ...options, zoo, head });
    const report: DomainReport = {
      medzoo: readPackageVersion(),
      head: head.manifest.id,
      task: head.manifest.task,
      dataset: name,
      split,
      n: judged.length,
      n_failed: failed.length,
      n_groups: new Set(judged.map(({ row }) => row.group)).size,
      seed,
      domains: own.map((scores, index) => findDomain(head, index, judged, scores, seed)),
      answers: measureAnswers(judged, head.trained.labels, seed),
      ...describeModels(provenanceOfFirstRun(judged)),
      failed,
    };
    return { report, warnings: [...warnings, ...others] };
  } finally {
    await zoo.close();
  }
}

function chooseHead(heads: readonly HeadDescription[], asked: string | undefined): HeadDescription {
  checkHeadIds(heads, asked === undefined ? [] : [asked]);
  const able = heads.filter(({ trained }) => trained.domains !== undefined);
  const ids = able.map(({ manifest }) => manifest.id).join(', ');
  if (asked === undefined) throw new CommandError(`Say which head is asked: --head ID, one of ${ids || 'none'}.`);
  const head = able.find(({ manifest }) => manifest.id === asked);
  if (head) return head;
  throw new CommandError(
    `The head "${asked}" has no domains in its model file, and takes every image. ` +
      (ids === '' ? 'No head has any.' : `Those that have are ${ids}.`),
  );
}
