import type { HeadDescription } from '@medzoo/core';
import { CommandError } from '../../command-error.js';
import { listNames } from '../../terminal/list-names.js';
import type { DataSet } from '../set/data-set.js';
import { findName, isPartOfName, isSameName } from '../set/names.js';
import { distinct } from '../set/select-rows.js';

/** What a set's masks show, as a head calls it. */
export interface Target {
  readonly head: HeadDescription;
  readonly label: string;
  /** Why this one, for the report. */
  readonly because: string;
  /** Where masks hold a number for each of several targets: this one's. */
  readonly maskValue?: number;
  /** The head's param that is given the truth's bounding box, if it is to be prompted. */
  readonly boxParam?: string;
  /** The one that is given a point on an object. */
  readonly pointsParam?: string;
}

/**
 * The target that a set's masks show, by names and never by numbers: `--target`, else the labels, else the folder's
 * name. A label column may hold something else, such as diagnoses; then no label is a target and the folder decides.
 * Throws a CommandError that lists the targets where the names do not say.
 */
export function chooseTarget(heads: readonly HeadDescription[], set: DataSet, asked: string | undefined): Target {
  const targets = heads.flatMap((head) => head.trained.labels.map((label) => ({ head, label })));
  const names = distinct(targets.map(({ label }) => label));
  if (asked !== undefined) {
    const spelt = targets.filter(({ label }) => isSpeltSo(label, asked));
    const found = spelt.length > 0 ? spelt : targets.filter(({ label }) => isSameName(label, asked));
    return theOnly(found, targets, `--target ${asked}`) ?? refuse(`No head has the target "${asked}".`, targets);
  }
  const labels = distinct(set.rows.map(({ label }) => label));
  const rules: readonly ((label: string) => string | undefined)[] = [
    (target) => quote(labels.find((label) => findName(names, label) === target)),
    (target) => quote(labels.find((label) => isPartOfName(label, target))),
    (target) => (isPartOfName(target, set.name) ? `the folder's name "${set.name}"` : undefined),
    (target) => quote(labels.find((label) => isPartOfName(target, label))),
  ];
  for (const rule of rules) {
    const found = targets.filter(({ label }) => rule(label) !== undefined);
    const target = theOnly(found, targets, rule(found[0]?.label ?? '') ?? '');
    if (target) return target;
  }
  return refuse(
    `Neither the labels (${listNames(labels)}) nor the folder's name "${set.name}" say what the masks show.`,
    targets,
  );
}

/** What a promptable head is measured on: whatever the masks show, its box given. */
export function promptedTarget(head: HeadDescription): Target {
  const { manifest, trained } = head;
  const paramOf = (type: 'box' | 'points') =>
    Object.keys(manifest.params).find((name) => manifest.params[name]!.type === type);
  const [boxParam, pointsParam] = [paramOf('box'), paramOf('points')];
  const [label, ...others] = trained.labels;
  if (boxParam === undefined || label === undefined || others.length > 0) {
    throw new CommandError(`The head "${manifest.id}" does not outline one object in a box.`);
  }
  return { head, label, because: '--head, prompted with the truth', boxParam, ...(pointsParam && { pointsParam }) };
}

type Candidate = Pick<Target, 'head' | 'label'>;

function theOnly(found: readonly Candidate[], targets: readonly Candidate[], because: string): Target | undefined {
  const [first] = found;
  if (!first) return undefined;
  const isOther = ({ head, label }: Candidate): boolean =>
    label !== first.label && (head === first.head || !isSameName(label, first.label));
  if (found.some(isOther)) {
    return refuse(`The names fit several targets: ${found.map(({ label }) => label).join(', ')}.`, targets);
  }
  if (found.length > 1) {
    const ids = found.map(({ head }) => head.manifest.id).join(', ');
    throw new CommandError(`Several heads have the target "${first.label}": ${ids}. Choose one with --head ID.`);
  }
  return { ...first, because };
}

function refuse(why: string, targets: readonly Candidate[]): never {
  const list = targets.map(({ head, label }) => `${label} (${head.manifest.id})`).join(', ');
  throw new CommandError(`${why} Say it with --target LABEL, one of ${list}.`);
}

function isSpeltSo(label: string, asked: string): boolean {
  return label.toLowerCase() === asked.toLowerCase();
}

function quote(label: string | undefined): string | undefined {
  return label === undefined ? undefined : `the label "${label}"`;
}
