import { stringify } from 'csv-stringify/sync';
import { shardName, type EmbedState } from './embedding-folder.js';
import type { EmbedItem } from '../plan-items.js';

const COLUMNS = [
  ...[
    'row',
    'shard',
    'index',
    'file',
    'split',
    'label',
    'mask',
    'copy',
    'augmentation',
    'width',
    'height',
    'group',
    'sha256',
    'mask_value',
  ],
];

/** Before the name of a column of the index, which may be called as one of these are. */
const PASSED_ON = 'index:';

/**
 * rows.csv: where each embedding lies and what it is of. `width` and `height` are those of the image before any turn,
 * `mask_value` is `MaskFacts.value`. Columns of the index that hold numbers follow.
 */
export function formatRows(items: readonly EmbedItem[], { shards }: EmbedState): string {
  let row = 0;
  const further = [...new Set(items.flatMap(({ row: { cells } }) => Object.keys(cells)))].toSorted();
  const records = shards.flatMap((shard, number) =>
    shard.map(({ item, sha256, width, height, mask: facts }, index) => {
      const { row: image, copy, augmentation } = items[item]!;
      const { file, split, label = '', mask = '', group, cells } = image;
      const changed = augmentation ? JSON.stringify(augmentation) : '';
      const place = [row++, shardName(number), index];
      const about = [file, split, label, mask, copy, changed, width, height, group, sha256, facts?.value ?? ''];
      return [...place, ...about, ...further.map((name) => cells[name] ?? '')];
    }),
  );
  return stringify([[...COLUMNS, ...further.map((name) => `${PASSED_ON}${name}`)], ...records]);
}

/** failed.csv: which images could not be read, and why; undefined if there are none. */
export function formatFailed(items: readonly EmbedItem[], { failed }: EmbedState): string | undefined {
  if (failed.length === 0) return undefined;
  return stringify([['file', 'error'], ...failed.map(({ item, error }) => [items[item]!.row.file, error])]);
}
