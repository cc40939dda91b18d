import type { HeadDescription, Zoo } from '@medzoo/core';
import { countOf } from '../terminal/format.js';
import { describeAssumptions, listIds } from '../truth/assumption.js';
import { chooseTarget, promptedTarget } from './choose-target.js';
import type { DataSet, Row } from './data-set.js';
import type { Findings } from './findings.type.js';
import { maskMetrics } from './metrics.js';
import { isSameName } from './names.js';
import { scoreMask, type MaskScore } from './score-mask.js';
import { scoreRows, type OnProgress } from './score-rows.js';

export interface MaskEvaluation {
  readonly zoo: Zoo;
  readonly heads: readonly HeadDescription[];
  readonly set: DataSet;
  readonly rows: readonly Row[];
  /** `--target`. */
  readonly target: string | undefined;
  /** Whether the head is given the truth's bounding box. */
  readonly isPrompted: boolean;
  readonly seed: number;
  readonly onProgress: OnProgress;
}

/** Segments the rows' images and compares with their masks. */
export async function evaluateMasks({
  zoo,
  heads,
  set,
  rows,
  target: asked,
  isPrompted,
  seed,
  onProgress,
}: MaskEvaluation): Promise<Findings> {
  const target = isPrompted ? promptedTarget(heads[0]!) : chooseTarget(heads, set, asked);
  const { kept, warnings } = keepRows(rows, target.head.trained.labels, target.label);
  const { scores, failed, skipped } = await scoreRows(kept, (row) => scoreMask(zoo, target, row), onProgress);
  if (skipped > 0) warnings.push(`Left out, as an empty truth mask gives no box: ${countOf(skipped, 'row')}.`);
  warnings.push(...describeAssumptions(scores), ...describeShared(scores));
  const unsized = scores.filter(({ row }) => row.pixelSize === undefined && Object.keys(row.measures).length > 0);
  if (unsized.length > 0) {
    warnings.push(
      `True measurements that were not compared, for want of pixel_size_mm: those of ${countOf(unsized.length, 'row')}.`,
    );
  }
  const unfound = scores.filter(({ differences, isFoundEmpty }) => isFoundEmpty && Object.keys(differences).length > 0);
  if (unfound.length > 0) warnings.push(`Found empty, and so measured as 0: ${countOf(unfound.length, 'mask')}.`);
  return {
    head: target.head,
    because: target.because,
    target: target.label,
    prompt: isPrompted ? 'box' : null,
    scores,
    failed,
    warnings,
    n_empty: scores.filter(({ isTruthEmpty }) => isTruthEmpty).length,
    metrics: maskMetrics(scores, seed),
    labels: null,
  };
}

/** Leaves out rows without a mask and, in a set of several targets, those whose label names another one. */
function keepRows(rows: readonly Row[], labels: readonly string[], target: string) {
  const warnings: string[] = [];
  const masked = rows.filter(({ mask }) => mask !== undefined);
  if (masked.length < rows.length) {
    warnings.push(`Left out, without a mask in the index: ${countOf(rows.length - masked.length, 'row')}.`);
  }
  const names = (row: Row, label: string): boolean => row.label !== undefined && isSameName(row.label, label);
  const isMixed = masked.some((row) => names(row, target));
  const others = labels.filter((label) => label !== target);
  const kept = masked.filter((row) => !isMixed || !others.some((label) => names(row, label)));
  if (kept.length < masked.length) {
    warnings.push(`Left out, labelled as another target: ${countOf(masked.length - kept.length, 'row')}.`);
  }
  return { kept, warnings };
}

/** An empty mask may serve many images; one with something in it is of one image, and is listed for others by a slip. */
function describeShared(scores: readonly MaskScore[]): string[] {
  const imagesOf = new Map<string | undefined, Set<string | undefined>>();
  const filled = scores.filter(({ isTruthEmpty }) => !isTruthEmpty);
  for (const { row } of filled) imagesOf.set(row.mask, (imagesOf.get(row.mask) ?? new Set()).add(row.image));
  const ids = filled.filter(({ row }) => imagesOf.get(row.mask)!.size > 1).map(({ row }) => row.id);
  if (ids.length === 0) return [];
  return [`Listed with the mask of another image: ${countOf(ids.length, 'row')} (${listIds(ids)}). Check the index.`];
}
