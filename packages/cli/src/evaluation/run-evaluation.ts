import { createZoo, type Task, type ZooConfig } from '@medzoo/core';
import { candidates } from './candidates.js';
import { readDataSet } from './data-set.js';
import { evaluateClasses } from './evaluate-classes.js';
import { evaluateMasks, type MaskEvaluation } from './evaluate-masks.js';
import type { Findings } from './findings.type.js';
import type { Report } from './report.type.js';
import type { OnProgress } from './score-rows.js';
import { selectRows, type Selection } from './select-rows.js';
import { toReport } from './to-report.js';

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

const EVALUATE: Readonly<Record<Task, (evaluation: MaskEvaluation) => Promise<Findings>>> = {
  segmentation: evaluateMasks,
  classification: evaluateClasses,
};

/** Runs a head over a set, in this process, and measures how well it does. */
export async function runEvaluation(options: EvaluationOptions): Promise<Evaluation> {
  const { config, data, target, isPrompted, seed, onProgress } = options;
  const set = await readDataSet(data);
  const { rows, split } = selectRows(set.rows, options);
  // Without a cache: an image that comes twice is to cost what it costs.
  const zoo = await createZoo({ ...config, cacheBytes: 0, warmUp: false });
  try {
    const heads = candidates(zoo.heads, set, options);
    const { task } = heads[0]!.manifest; // all are of one
    const findings = await EVALUATE[task]({ zoo, heads, set, rows, seed, onProgress, target, isPrompted });
    const { because, warnings } = findings;
    return {
      report: toReport(
        { ...findings, presence: null },
        { dataset: set.name, split, seed, excluded_labels: options.excludedLabels },
      ),
      because,
      warnings,
    };
  } finally {
    await zoo.close();
  }
}
