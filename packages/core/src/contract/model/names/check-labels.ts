import type { z } from 'zod';
import { cutText } from '../../text/show-value.js';
import { findMiscount } from './label-counts.js';
import { countOf } from '../../text/count-of.js';

interface Labelled {
  readonly labels: readonly string[];
  readonly model: {
    readonly outputs: readonly { readonly name: string; readonly shape: readonly (number | string)[] }[];
  };
  readonly thresholds?: Readonly<Record<string, number>>;
  readonly presenceThresholds?: Readonly<Record<string, number>>;
  readonly concepts?: Readonly<Record<string, unknown>>;
  readonly quantities?: Readonly<Record<string, unknown>>;
  readonly calibration?: {
    readonly conformal?: {
      readonly quantiles: Readonly<Record<string, number>>;
      readonly counts?: Readonly<Record<string, number>>;
    };
  };
  readonly metrics: readonly { readonly label?: string }[];
  readonly domains?: readonly { readonly labels?: readonly string[] }[];
}

/** Of all labels in a message: a file of a stranger may have any number. */
const MOST_SHOWN = 1000;

/**
 * What is said by label is said about labels that exist, and outputs that have one entry per label have as many as
 * there are labels.
 */
export function checkLabels(trained: Labelled, context: z.RefinementCtx): void {
  const { labels, model, concepts = {}, thresholds = {}, presenceThresholds = {}, calibration, metrics } = trained;
  const { domains = [], quantities = {} } = trained;
  const known = new Set(labels);
  const shown = cutText(labels.join(', '), MOST_SHOWN);
  const sayLabels = `the labels ${shown}`;
  const refuse = (path: string[], message: string) => context.addIssue({ code: 'custom', path, message });
  const fault = findSpellingFault(labels);
  if (fault !== undefined) refuse(['labels'], fault);
  for (const [field, values] of Object.entries({
    concepts,
    thresholds,
    presenceThresholds,
    quantities,
    'calibration.conformal.quantiles': calibration?.conformal?.quantiles ?? {},
    'calibration.conformal.counts': calibration?.conformal?.counts ?? {},
  })) {
    const unknown = Object.keys(values).find((label) => !known.has(label));
    if (unknown !== undefined) refuse([...field.split('.'), unknown], `is not one of ${sayLabels}`);
  }
  for (const [index, { label }] of metrics.entries()) {
    if (label === undefined || known.has(label)) continue;
    refuse(['metrics', String(index), 'label'], `is not one of ${sayLabels}`);
  }
  const taken = new Set<string>();
  for (const [index, domain] of domains.entries()) {
    const fault = findDomainFault(domain.labels ?? labels, known, taken, sayLabels);
    if (fault !== undefined) refuse(['domains', String(index), 'labels'], fault);
  }
  for (const [index, output] of model.outputs.entries()) {
    const found = labels.length > 0 ? findMiscount(output, labels) : undefined;
    if (found === undefined) continue;
    refuse(
      ['model', 'outputs', String(index), 'shape'],
      `"${output.name}" has ${countOf(found, 'entry', 'entries')} for ${countOf(labels.length, 'label')} (${shown}); ` +
        'name one label for each entry, in the order of the output, or give the output another name',
    );
  }
}

/** Two labels that a reader takes for one would share out what belongs to that one. */
function findSpellingFault(labels: readonly string[]): string | undefined {
  const before = new Map<string, string>();
  for (const label of labels) {
    if (label !== label.trim()) return `${JSON.stringify(label)} begins or ends with a space; write it without`;
    const alike = before.get(label.toLowerCase());
    if (alike === label) return `the label ${JSON.stringify(label)} stands here twice`;
    if (alike !== undefined) {
      return `${JSON.stringify(alike)} and ${JSON.stringify(label)} differ in case only; a reader takes them for one`;
    }
    before.set(label.toLowerCase(), label);
  }
  return undefined;
}

/** A label has one domain at most. `taken` are those of the domains before, and gets those of this one. */
function findDomainFault(
  about: readonly string[],
  known: ReadonlySet<string>,
  taken: Set<string>,
  sayLabels: string,
): string | undefined {
  for (const label of about) {
    if (!known.has(label)) return `"${label}" is not one of ${sayLabels}`;
    if (taken.has(label)) return `"${label}" has a domain already; a label has one`;
    taken.add(label);
  }
  return undefined;
}
