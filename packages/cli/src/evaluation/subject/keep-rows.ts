import { countOf } from '../../terminal/format.js';
import type { Row } from '../set/data-set.js';
import { findName } from '../set/names.js';

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
  const named = ({ label }: Row): string | undefined => label && findName(labels, label);
  const isMixed = masked.some((row) => named(row) === target);
  const kept = masked.filter((row) => !isMixed || [target, undefined].includes(named(row)));
  if (kept.length < masked.length) {
    warnings.push(`Left out, labelled as another target: ${countOf(masked.length - kept.length, 'row')}.`);
  }
  return { kept, warnings };
}
