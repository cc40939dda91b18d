import { createZoo, type Timings, type ZooConfig } from '@medzoo/core';
import { CommandError } from '../command-error.js';
import { readPackageVersion } from '../read-package-version.js';
import { median } from '../statistics/summary.js';
import { candidates } from './candidates.js';
import { readDataSet } from './data-set.js';
import { evaluateClasses } from './evaluate-classes.js';
import { evaluateMasks } from './evaluate-masks.js';
import type { Findings } from './findings.type.js';
import type { Report } from './report.type.js';
import type { OnProgress, Scored } from './score-rows.js';
import { selectRows, type Selection } from './select-rows.js';

export interface EvaluationOptions extends Selection {
  readonly config: ZooConfig;
  /** A folder with an index.csv. */
  readonly data: string;
  readonly head: string | undefined;
  readonly target: string | undefined;
  /** Whether a promptable head is given the bounding box of each truth mask. */
  readonly isPrompted: boolean;
  readonly onProgress: OnProgress;
}

export interface Evaluation {
  readonly report: Report;
  readonly because: string;
  readonly warnings: readonly string[];
}

/** Runs a head over a set, in this process, and measures how well it does. */
export async function runEvaluation(options: EvaluationOptions): Promise<Evaluation> {
  const { config, data, target, isPrompted, seed, onProgress } = options;
  const set = await readDataSet(data);
  const { rows, split } = selectRows(set.rows, options);
  // Without a cache: an image that comes twice is to cost what it costs.
  const zoo = await createZoo({ ...config, cacheBytes: 0, warmUp: false });
  try {
    const heads = candidates(zoo.heads, set, options);
    const common = { zoo, heads, set, rows, seed, onProgress };
    const findings =
      heads[0]?.manifest.task === 'segmentation'
        ? await evaluateMasks({ ...common, target, isPrompted })
        : await evaluateClasses(common);
    const { because, warnings } = findings;
    return {
      report: toReport(findings, { dataset: set.name, split, seed, excluded_labels: options.excludedLabels }),
      because,
      warnings,
    };
  } finally {
    await zoo.close();
  }
}

function toReport(findings: Findings, about: Pick<Report, 'dataset' | 'split' | 'seed' | 'excluded_labels'>): Report {
  const { head, target, prompt, n_empty, metrics, labels, scores, failed } = findings;
  const [first] = scores;
  if (!first)
    throw new CommandError(
      `Not one of ${failed.length} images could be evaluated. The first, ${failed[0]?.id ?? ''}: ${failed[0]?.error ?? ''}`,
    );
  const { provenance } = first;
  return {
    medzoo: readPackageVersion(),
    head: head.manifest.id,
    task: head.manifest.task,
    ...about,
    target,
    prompt,
    n: scores.length,
    n_failed: failed.length,
    n_empty,
    n_groups: new Set(scores.map(({ row }) => row.group)).size,
    metrics,
    labels,
    timings_ms_median: medianTimings(scores),
    provider: provenance.provider,
    digests: { head: provenance.head.sha256, encoder: provenance.encoder.sha256 },
    models: { head: provenance.head, encoder: provenance.encoder },
    failed,
  };
}

function medianTimings(scores: readonly Scored[]): Timings {
  const of = (stage: keyof Timings): number =>
    Number(median(scores.map(({ provenance }) => provenance.timingsMs[stage])).toFixed(2));
  return {
    decode: of('decode'),
    preprocess: of('preprocess'),
    encode: of('encode'),
    head: of('head'),
    postprocess: of('postprocess'),
    total: of('total'),
  };
}
