import { countOf } from '../../terminal/format.js';
import type { Row } from '../set/data-set.js';
import { isSameName } from '../set/names.js';

export interface KeptRows {
  readonly kept: readonly Row[];
  readonly warnings: string[];
}

/** Leaves out rows without a label. */
export function keepLabelled(rows: readonly Row[]): KeptRows {
  const kept = rows.filter(({ label }) => label !== undefined);
  const unlabelled = rows.length - kept.length;
  return {
    kept,
    warnings: unlabelled > 0 ? [`Left out, without a label in the index: ${countOf(unlabelled, 'row')}.`] : [],
  };
}

/** Leaves out rows without a mask and, in a set of several targets, those whose label names another one. */
export function keepMasked(rows: readonly Row[], labels: readonly string[], target: string): KeptRows {
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
