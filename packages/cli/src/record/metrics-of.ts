import type { Metric } from '@medzoo/core/contract';
import type { Report } from '../evaluation/report/report.type.js';
import { WHOLE } from './metric-names.js';

/** By the key under which a report of presence keeps the sets of each kind of negatives. */
const SETS_OF_NEGATIVES = { other: 'negative', background: 'positive', empty: 'positive', near: 'near' } as const;

type NegativeKind = keyof typeof SETS_OF_NEGATIVES;

const KINDS = Object.keys(SETS_OF_NEGATIVES) as NegativeKind[];

/** A metric's name in a report by its parts. */
interface NameParts {
  readonly name: string;
  readonly label?: string;
  readonly kind?: NegativeKind;
}

/** `presence_auroc_fetal_head_near` as presence_auroc, fetal_head, near. */
export function splitName(full: string, labels: readonly string[]): NameParts {
  if (WHOLE.includes(full)) return { name: full };
  const isToldApart = /^presence_(auroc|specificity)_/.test(full);
  const kind = isToldApart ? KINDS.find((one) => full.endsWith(`_${one}`)) : undefined;
  const stem = kind === undefined ? full : full.slice(0, -kind.length - 1);
  // The longest first: a label may end as another does.
  const label = labels.toSorted((a, b) => b.length - a.length).find((one) => stem.endsWith(`_${one}`));
  if (label === undefined) return { name: full };
  const name = stem.slice(0, -label.length - 1);
  const usual = name === 'presence_auroc' || name === 'presence_specificity' ? 'other' : undefined;
  const found = kind ?? usual;
  return { name, label, ...(found !== undefined && { kind: found }) };
}

/** An evaluation as `metrics` of a model file: each with data set, split, n, interval and what else it depends on. */
export function metricsOf(report: Report, labels: readonly string[]): Metric[] {
  return Object.entries(report.metrics).map(([full, { value, interval95, n = report.n }]) => {
    const parts = splitName(full, labels);
    const label = parts.label ?? report.target ?? undefined;
    const negatives = negativesOf(report, label, parts.kind);
    return {
      ...{ name: parts.name, value: round(value) },
      ...(interval95 && { interval95: [round(interval95[0]), round(interval95[1])] as const }),
      ...{ dataset: datasetOf(report, label), split: report.split, n },
      ...(label !== undefined && { label }),
      ...(report.prompt !== null && { prompt: report.prompt }),
      ...(report.excluded_labels.length > 0 && { excludedLabels: report.excluded_labels.toSorted() }),
      ...(negatives && { negatives }),
    };
  });
}

/**
 * A report of presence is of a folder of sets, whose name says nothing: its data are the sets that show what it asks
 * for.
 */
export function datasetOf({ presence, dataset }: Report, label: string | undefined): string {
  const about = label === undefined ? undefined : presence?.[label];
  const shown = about ? [about] : Object.values(presence ?? {});
  const names = [...new Set(shown.flatMap(({ sets }) => sets.positive))].toSorted();
  return names.length > 0 ? names.join(', ') : dataset;
}

function negativesOf({ presence }: Report, label: string | undefined, kind: NegativeKind | undefined) {
  const about = label === undefined ? undefined : presence?.[label];
  if (!about || kind === undefined) return undefined;
  return { kind, sets: [...about.sets[SETS_OF_NEGATIVES[kind]]], n: about.images[kind] };
}

function round(value: number): number {
  return Number(value.toFixed(4));
}
