import { listNames } from '../../terminal/list-names.js';
import type { Row } from './data-set.js';
import { distinct } from './select-rows.js';

/** How data sets call the column of who an image is of. */
const OF_A_PERSON =
  /^(patient|subject|case|person|participant)s?([ _-]?(id|nr|no|num|number|name|code|key|uid))?$|^pid$/;

/**
 * What a person should know of rows without groups beside a column that seems to name patients, some of whom have
 * several images: nothing but a column called group keeps these on one side of a split.
 */
export function sayUngrouped(rows: readonly Row[]): string[] {
  if (rows.some(({ group, listed }) => listed.image !== undefined && group !== listed.image.replaceAll('\\', '/'))) {
    return [];
  }
  const named = distinct(rows.flatMap(({ cells }) => Object.keys(cells))).filter((name) => OF_A_PERSON.test(name));
  const shared = named.filter((name) => {
    const people = rows.flatMap(({ cells }) => cells[name] ?? []);
    return new Set(people).size < people.length;
  });
  if (shared.length === 0) return [];
  return [
    `index.csv has no column group, and ${listNames(shared)} names several images alike. If these are of one ` +
      'patient, call that column group: without it they may be learnt from and measured on both, and intervals count ' +
      'them as independent.',
  ];
}
