import type { HeadDescription } from '@medzoo/core';
import { CommandError } from '../../command-error.js';
import { listNames } from '../../terminal/list-names.js';
import { groupBy } from '../../statistics/group-by.js';
import { findName } from '../set/names.js';

/** The head that answers a set's question, and how it calls the set's labels. */
export interface Classifier {
  readonly head: HeadDescription;
  /** Head label by set label. */
  readonly names: ReadonlyMap<string, string>;
}

/**
 * The one head that knows every label of the rows and, where several do, of the whole set. Throws a CommandError that
 * lists the heads where it is none or still several.
 */
export function chooseClassifier(
  heads: readonly HeadDescription[],
  labels: readonly string[],
  setLabels: readonly string[],
): Classifier {
  const able = heads.filter((head) => unknownLabels(head, labels).length === 0);
  const narrowed = able.length > 1 ? able.filter((head) => unknownLabels(head, setLabels).length === 0) : able;
  const [head, ...others] = narrowed.length > 0 ? narrowed : able;
  if (!head)
    throw new CommandError(
      `${noHead(heads, labels)} Choose one with --head ID, or leave labels out with --exclude-label LABEL.`,
    );
  if (others.length > 0) {
    throw new CommandError(
      `Several heads know the labels ${listNames(labels)}: ${list([head, ...others])}. Choose one with --head ID.`,
    );
  }
  const names = new Map(labels.map((label) => [label, findName(head.trained.labels, label)!]));
  checkApart(names);
  return { head, names };
}

/** Two labels of a set that a head calls alike would count as one, and nobody would see it. */
function checkApart(names: Classifier['names']): void {
  for (const [name, entries] of groupBy([...names], ([, called]) => called)) {
    const [first, ...others] = entries.map(([label]) => label);
    const other = others.find((label) => label.toLowerCase() !== first!.toLowerCase());
    if (other === undefined) continue;
    throw new CommandError(
      `The labels "${first!}" and "${other}" of the set would both count as "${name}" of the head. If they mean the ` +
        'same, write them alike in index.csv; else leave one of them out with --exclude-label LABEL.',
    );
  }
}

function noHead(heads: readonly HeadDescription[], labels: readonly string[]): string {
  const [only] = heads;
  if (heads.length === 1 && only) {
    return (
      `The head "${only.manifest.id}" does not know ${listNames(unknownLabels(only, labels))}; it knows ` +
      `${listNames(only.trained.labels)}.`
    );
  }
  return `No head knows all of the labels ${listNames(labels)}. There are ${list(heads)}.`;
}

function unknownLabels({ trained }: HeadDescription, labels: readonly string[]): string[] {
  return labels.filter((label) => findName(trained.labels, label) === undefined);
}

function list(heads: readonly HeadDescription[]): string {
  return heads.map(({ manifest, trained }) => `${manifest.id} (${listNames(trained.labels)})`).join('; ') || 'none';
}
