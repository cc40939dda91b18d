import { createZoo } from '@medzoo/core';
import { CommandError } from '../command-error.js';
import { candidates } from '../evaluation/subject/candidates.js';
import type { ColumnSubject } from '../evaluation/columns/choose-columns.js';
import { chooseSubject, type Subject } from '../evaluation/subject/choose-subject.js';
import { describeMasks } from '../evaluation/report/describe-masks.js';
import { describeModels, provenanceOfFirstRun } from '../evaluation/report/describe-models.js';
import { readDataSet, type Row } from '../evaluation/set/data-set.js';
import { keepImage, type ChangeImage } from '../evaluation/score/change-image.js';
import type { EvaluationOptions } from '../evaluation/run-evaluation.js';
import { scoreClass, type ClassScore } from '../evaluation/score/score-class.js';
import { scoreMask, type MaskScore } from '../evaluation/score/score-mask.js';
import { scoreRows, type OnProgress } from '../evaluation/score/score-rows.js';
import { sayRepeated } from '../evaluation/set/select-rows.js';
import { sayWhole, selectAsTrained } from '../evaluation/set/split-as-trained.js';
import { readPackageVersion } from '../read-package-version.js';
import { decodeForHead, type ReadingOptions } from '../files/reading-options.js';
import { countOf } from '../terminal/format.js';
import { classPairMetrics, maskPairMetrics, type Pair } from './corruption-metrics.js';
import type { CorruptionReport } from './corruption-report.type.js';
import { CORRUPTIONS } from './corruptions.js';
import { createChange, type DecodePixels } from './create-change.js';

/** A corruption evaluation, and what a person should know of it. */
export interface CorruptionEvaluation {
  readonly report: CorruptionReport;
  readonly because: string;
  readonly warnings: readonly string[];
}

type Score = ClassScore | MaskScore;

type CorruptedSubject = Exclude<Subject, ColumnSubject>;

/** Runs a head over a set as it is and once for each corruption, and measures what each costs. */
export async function runCorruption(options: Omit<EvaluationOptions, 'outOfDomain'>): Promise<CorruptionEvaluation> {
  const { decoders, limits } = options.config;
  const reading: ReadingOptions = { decoders, limits };
  const set = await readDataSet(options.data);
  const { rows: selected, split, warnings } = selectAsTrained(set, options.config.heads, options);
  const zoo = await createZoo({ ...options.config, cacheBytes: 0, warmUp: false });
  try {
    const heads = candidates(zoo.heads, set, options);
    const subject = chooseSubject(heads, set, selected, options);
    if ('columns' in subject) {
      throw new CommandError(
        `--corrupt measures masks and classes; the head "${subject.head.manifest.id}" does ${subject.task}. Leave it out.`,
      );
    }
    const { rows } = subject;
    const passes = ['clean', ...Object.keys(CORRUPTIONS)];
    const failed = new Map<string, string>();
    // What is corrupted is what the head sees of the clean image.
    const decode: DecodePixels = (file) => decodeForHead(file, subject.head, reading);
    const scoresOf = async (name: string, index: number): Promise<Map<Row, Score>> => {
      const onProgress: OnProgress = (done) => {
        options.onProgress(index * rows.length + done, passes.length * rows.length);
      };
      const change = (row: Row): ChangeImage =>
        name === 'clean' ? keepImage : createChange(name, { id: row.id, seed: options.seed, decode });
      const score = (row: Row): Promise<Score | undefined> =>
        subject.task === 'segmentation'
          ? scoreMask(zoo, subject.target, row, { outOfDomain: 'refuse', reading, change: change(row) })
          : scoreClass(zoo, subject.classifier, row, change(row));
      const found = await scoreRows(rows, score, onProgress);
      for (const { id, error } of found.failed) if (!failed.has(id)) failed.set(id, `${name}: ${error}`);
      return new Map(found.scores.map((one) => [one.row, one]));
    };
    const scores: (readonly [string, Map<Row, Score>])[] = [];
    for (const [index, name] of passes.entries()) scores.push([name, await scoresOf(name, index)]);
    const others = [...sayWhole(set, subject.head), ...sayRepeated(rows)];
    const told = { ...subject, warnings: [...warnings, ...others, ...subject.warnings] };
    return toEvaluation(told, scores, {
      ...{ dataset: set.name, split, seed: options.seed, excluded_labels: options.excludedLabels },
      failed: [...failed].map(([id, error]) => ({ id, error })),
    });
  } finally {
    await zoo.close();
  }
}

function toEvaluation(
  subject: CorruptedSubject,
  scores: readonly (readonly [string, Map<Row, Score>])[],
  about: Pick<CorruptionReport, 'dataset' | 'split' | 'seed' | 'excluded_labels' | 'failed'>,
): CorruptionEvaluation {
  const clean = scores[0]![1];
  if (clean.size === 0) {
    throw new CommandError(
      `None of ${countOf(subject.rows.length, 'image')} could be evaluated. ` +
        (about.failed[0] ? `The first, ${about.failed[0].id}: ${about.failed[0].error}` : ''),
    );
  }
  const metrics = scores.map(([name, changed]) => [name, metricsOf(subject, clean, changed, about.seed)] as const);
  return {
    because: subject.because,
    warnings: [...subject.warnings, ...warningsOf(subject, clean)],
    report: {
      medzoo: readPackageVersion(),
      head: subject.head.manifest.id,
      task: subject.task,
      ...about,
      target: subject.task === 'segmentation' ? subject.target.label : null,
      prompt: subject.task === 'segmentation' && subject.target.boxParam !== undefined ? 'box' : null,
      n: clean.size,
      n_failed: about.failed.length,
      n_groups: new Set([...clean.keys()].map(({ group }) => group)).size,
      clean: metrics[0]![1],
      corruptions: Object.fromEntries(metrics.slice(1)),
      ...describeModels(provenanceOfFirstRun([...clean.values()])),
    },
  };
}

/** How truth masks were read: those of a classification are none. */
function warningsOf({ task }: CorruptedSubject, clean: Map<Row, Score>): string[] {
  return task === 'segmentation' ? describeMasks([...clean.values()] as MaskScore[]) : [];
}

function metricsOf({ task }: CorruptedSubject, clean: Map<Row, Score>, changed: Map<Row, Score>, seed: number) {
  const pairs = [...clean].flatMap(([row, before]) => {
    const after = changed.get(row);
    return after ? [{ row, provenance: after.provenance, clean: before, changed: after }] : [];
  });
  return task === 'segmentation'
    ? maskPairMetrics(pairs as Pair<MaskScore>[], seed)
    : classPairMetrics(pairs as Pair<ClassScore>[], seed);
}
