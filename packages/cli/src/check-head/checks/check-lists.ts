import { basename } from 'node:path';
import { error, warning, type Finding } from '../finding.type.js';

/** What medzoo and its trainer call their lists of image files. */
const OWN_LISTS: readonly string[] = ['index.csv', 'rows.csv', 'failed.csv', 'leaks.csv'];

/** Tables among the files that others get: names of image files may be those of patients. */
export function checkLists(published: readonly string[]): Finding[] {
  const tables = published.filter((path) => path.toLowerCase().endsWith('.csv'));
  const own = tables.find((path) => OWN_LISTS.includes(basename(path).toLowerCase()));
  const found = own ?? tables[0];
  if (found === undefined) return [];
  const more = tables.length > 1 ? ` (and ${tables.length - 1} more .csv)` : '';
  if (own === undefined) {
    const fix = 'Look into it, and move it out of the published folders unless it says nothing of images or patients.';
    return [
      warning('published lists', `${found} would be published${more}: a table may name images or patients.`, fix),
    ];
  }
  return [
    error(
      'published lists',
      `${found} would be published${more}: it lists the files of images, whose names may be those of patients.`,
      'Delete it, or move it out of the published folders. Training again deletes an old leaks.csv of --out.',
    ),
  ];
}
