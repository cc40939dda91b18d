import type { HeadDescription, Timings } from '@medzoo/core';
import { CommandError } from '../../command-error.js';
import { readPackageVersion } from '../../read-package-version.js';
import { countOf } from '../../terminal/format.js';
import { median } from '../../statistics/summary.js';
import { describeModels, provenanceOfFirstRun } from './describe-models.js';
import type { Findings } from './findings.type.js';
import type { Report } from './report.type.js';
import type { Scored } from '../score/score-rows.js';

/** What a report is made of, besides what it is about. */
export type Reported = Omit<Findings, 'because' | 'warnings'> & Pick<Report, 'presence'>;

/** What an evaluation found, as data; throws a CommandError where no image could be evaluated. */
export function toReport(
  findings: Reported,
  about: Pick<Report, 'dataset' | 'split' | 'seed' | 'excluded_labels' | 'out_of_domain'>,
): Report {
  const { head, target, prompt, n_empty, metrics, labels, presence, scores, answered, failed } = findings;
  if (scores.length === 0)
    throw new CommandError(
      `None of ${countOf(failed.length, 'image')} could be evaluated. The first, ${failed[0]?.id ?? ''}: ` +
        (failed[0]?.error ?? ''),
    );
  const provenance = provenanceOfFirstRun(scores);
  return {
    medzoo: readPackageVersion(),
    head: head.manifest.id,
    task: head.manifest.task,
    ...about,
    target,
    prompt,
    n: answered.length,
    n_refused: findings.n_refused,
    n_failed: failed.length,
    n_empty,
    n_groups: new Set(answered.map(({ row }) => row.group)).size,
    metrics,
    labels,
    presence,
    calibration: describeCalibration(head),
    timings_ms_median: medianTimings(scores),
    provider: provenance.provider,
    ...describeModels(provenance),
    failed,
  };
}

function describeCalibration({ trained: { calibration } }: HeadDescription): Report['calibration'] {
  if (!calibration) return null;
  return { temperature: calibration.temperature, error_rate: calibration.conformal?.errorRate ?? null };
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
