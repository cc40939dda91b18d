import { createZoo, type OutOfDomain, type ZooConfig } from '@medzoo/core';
import { CommandError } from '../command-error.js';
import { countOf } from '../terminal/format.js';
import type { Findings } from './report/findings.type.js';
import { candidates } from './subject/candidates.js';
import { chooseSubject } from './subject/choose-subject.js';
import { readDataSet } from './set/data-set.js';
import { evaluateClasses } from './evaluate-classes.js';
import { evaluateColumns } from './columns/evaluate-columns.js';
import { evaluateObjects } from './evaluate-objects.js';
import { evaluateMasks } from './evaluate-masks.js';
import type { Report } from './report/report.type.js';
import type { OnProgress } from './score/score-rows.js';
import { sayUngrouped } from './set/say-ungrouped.js';
import { sayRepeated, type Selection } from './set/select-rows.js';
import { sayWhole, selectAsTrained } from './set/split-as-trained.js';
import { spreadLabels } from './set/spread-labels.js';
import { toReport } from './report/to-report.js';

export interface EvaluationOptions extends Selection {
  readonly config: ZooConfig;
  /** The folder of the set. */
  readonly data: string;
  readonly head: string | undefined;
  readonly target: string | undefined;
  /** Where masks hold a number for each of several targets: that of `target`. */
  readonly maskValue?: number | undefined;
  /** Whether a promptable head is given the bounding box of each truth mask. */
  readonly isPrompted: boolean;
  /** Whether it is given each separate object of the truth instead, one at a time. */
  readonly byObject?: boolean;
  /** Whether images that are out of a head's domain count as answered. */
  readonly outOfDomain: OutOfDomain;
  readonly onProgress: OnProgress;
}

export interface Evaluation {
  readonly report: Report;
  readonly because: string;
  readonly warnings: readonly string[];
}

/** Runs a head over a set, in this process, and measures how well it does. */
export async function runEvaluation(options: EvaluationOptions): Promise<Evaluation> {
  const { config, data, outOfDomain, seed, onProgress } = options;
  const { set, notes } = spreadLabels(await readDataSet(data), config.heads);
  const { rows, split, warnings: told } = selectAsTrained(set, config.heads, options);
  // Without a cache: an image that comes twice is to cost what it costs.
  // But for its objects, which are prompts on one image.
  const cache = options.byObject ? {} : { cacheBytes: 0 };
  const zoo = await createZoo({ ...config, ...cache, warmUp: false });
  try {
    const heads = candidates(zoo.heads, set, options);
    const subject = chooseSubject(heads, set, rows, options);
    const { decoders, limits } = config;
    const common = { zoo, outOfDomain, reading: { decoders, limits }, seed, onProgress };
    const findings =
      'columns' in subject
        ? await evaluateColumns({ ...common, subject })
        : subject.task === 'classification'
          ? await evaluateClasses({ ...common, subject })
          : options.byObject
            ? await evaluateObjects({ ...common, subject })
            : await evaluateMasks({ ...common, subject });
    checkValueFound(options, findings);
    const { because, warnings } = findings;
    return {
      report: toReport(
        { ...findings, presence: null },
        { dataset: set.name, split, seed, excluded_labels: options.excludedLabels, out_of_domain: outOfDomain },
      ),
      because,
      warnings: [
        ...told,
        ...(subject.task === 'multilabel' ? notes : []),
        ...sayWhole(set, subject.head),
        ...sayRepeated(rows),
        ...sayUngrouped(rows),
        ...warnings,
      ],
    };
  } finally {
    await zoo.close();
  }
}

/** A value that no mask holds would make every truth empty, and a head that finds nothing perfect. */
function checkValueFound({ maskValue }: EvaluationOptions, { n_empty, scores }: Findings): void {
  if (maskValue === undefined || scores.length === 0 || n_empty !== scores.length) return;
  throw new CommandError(
    `None of ${countOf(scores.length, 'mask')} holds the value ${maskValue} of --mask-value. Give the number that ` +
      "the target's pixels have in the mask files.",
  );
}
