import type { Zoo } from '@medzoo/core';
import type { ReadingOptions } from '../files/reading-options.js';
import type { Statistics } from '../statistics/bootstrap.js';
import { mean } from '../statistics/summary.js';
import { countOf } from '../terminal/format.js';
import type { Subject } from './subject/choose-subject.js';
import type { Row } from './set/data-set.js';
import type { Findings } from './report/findings.type.js';
import { describeMasks } from './report/describe-masks.js';
import { measure } from './report/metrics.js';
import { scoreObjects, type ObjectScore, type ObjectsOfRow } from './score/score-objects.js';
import { scoreRows, type OnProgress } from './score/score-rows.js';

export interface ObjectEvaluation {
  readonly zoo: Zoo;
  readonly subject: Extract<Subject, { task: 'segmentation' }>;
  readonly reading: ReadingOptions;
  readonly seed: number;
  readonly onProgress: OnProgress;
}

const STATISTICS: Statistics<ObjectScore> = {
  dice: (drawn) => mean(drawn.map(({ box }) => box)),
  dice_point: (drawn) => mean(drawn.map(({ point }) => point)),
  dice_ellipse: (drawn) => mean(drawn.map(({ ellipse }) => ellipse)),
  dice_rectangle: (drawn) => mean(drawn.map(({ rectangle }) => rectangle)),
  dice_over_ellipse: (drawn) => mean(drawn.map(({ box, ellipse }) => box - ellipse)),
};

/** Gives a promptable head each object of the truth alone, and what needs no model beside it. */
export async function evaluateObjects({
  zoo,
  subject,
  reading,
  seed,
  onProgress,
}: ObjectEvaluation): Promise<Findings> {
  const { target, head, rows, because } = subject;
  const score = (row: Row): Promise<ObjectsOfRow | undefined> => scoreObjects(zoo, target, row, reading);
  const { scores, failed, skipped } = await scoreRows(rows, score, onProgress);
  const objects = scores.flatMap((one) => one.objects);
  const left = skipped > 0 ? [`Left out, without an object in the truth mask: ${countOf(skipped, 'row')}.`] : [];
  return {
    head,
    because,
    target: target.label,
    prompt: 'object',
    scores,
    answered: scores,
    failed,
    warnings: [...subject.warnings, ...left, ...describeMasks(scores.map((one) => ({ ...one, isTruthEmpty: false })))],
    n_empty: null,
    n_refused: null,
    metrics: measure(objects, STATISTICS, { seed, count: () => objects.length }),
    labels: null,
  };
}
