import type { HeadDescription } from '@medzoo/core';
import { chooseColumns, type ColumnSubject } from '../columns/choose-columns.js';
import { listNames } from '../../terminal/list-names.js';
import { chooseClassifier, type Classifier } from './choose-classifier.js';
import { chooseTarget, promptedTarget, type Target } from './choose-target.js';
import type { Choice } from './candidates.js';
import type { DataSet, Row } from '../set/data-set.js';
import { keepLabelled, keepMasked } from './keep-rows.js';
import { distinct } from '../set/select-rows.js';

interface Chosen {
  readonly head: HeadDescription;
  /** Why this head and target, for the terminal. */
  readonly because: string;
  /** Those that the head can be compared on. */
  readonly rows: readonly Row[];
  readonly warnings: string[];
}

/**
 * What is measured: a target of a segmentation head against masks, a classifier against labels, or another head against
 * columns of the index.
 */
export type Subject =
  | (Chosen & { readonly task: 'segmentation'; readonly target: Target })
  | (Chosen & { readonly task: 'classification'; readonly classifier: Classifier })
  | ColumnSubject;

/** Chooses by names, never by trying which scores best; `heads` are of one task. */
export function chooseSubject(
  heads: readonly HeadDescription[],
  set: DataSet,
  rows: readonly Row[],
  { target: asked, isPrompted, maskValue }: Choice,
): Subject {
  const task = heads[0]?.manifest.task;
  if (task === 'segmentation') {
    const chosen = isPrompted ? promptedTarget(heads[0]!) : chooseTarget(heads, set, asked);
    const target = { ...chosen, ...(maskValue !== undefined && { maskValue }) };
    const { kept, warnings } = keepMasked(rows, target.head.trained.labels, target.label);
    return { task: 'segmentation', target, head: target.head, because: target.because, rows: kept, warnings };
  }
  if (task !== undefined && task !== 'classification') return chooseColumns(task, heads, set, rows);
  const { kept, warnings } = keepLabelled(rows);
  const labels = distinct(kept.map(({ label }) => label));
  const classifier = chooseClassifier(heads, labels, distinct(set.rows.map(({ label }) => label)));
  const because = `the labels ${listNames(labels)}`;
  return { task: 'classification', classifier, head: classifier.head, because, rows: kept, warnings };
}
