import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import type { EmbedRow } from './embed-row.type.js';
import { FEWEST, sayScarce } from './say-scarce.js';

const rowsOf = (split: string, label: string | undefined, count: number): EmbedRow[] =>
  Array.from({ length: count }, (_, index) => ({
    ...{ file: `${label}/${split}/${index}.png`, path: '', label, split, group: String(index), cells: {} },
    ...{ mask: undefined, maskPath: undefined },
  }));
const enough = (label: string | undefined) => [
  ...rowsOf('train', label, 10),
  ...rowsOf('val', label, 5),
  ...rowsOf('test', label, 5),
];

it('asks for as many images as the trainer does', () => {
  const trainer = new URL('../../../../../tools/medzoo-train/medzoo_heads/embeddings/splits.py', import.meta.url);
  const [, said] = /^FEWEST = (\{.*\})$/m.exec(readFileSync(trainer, 'utf8'))!;
  expect(FEWEST).toEqual(JSON.parse(said!));
});

it('says nothing of a set that training takes', () => {
  expect(sayScarce([...enough('benign'), ...enough('malignant')], { masks: false })).toEqual([]);
  expect(sayScarce(enough(undefined), { masks: false })).toEqual([]);
});

it('names each label with too few images, where they are missing, and how many are needed', () => {
  const [note, ...more] = sayScarce([...enough('benign'), ...rowsOf('train', 'rare', 9), ...rowsOf('val', 'rare', 5)], {
    masks: false,
  });
  expect(more).toEqual([]);
  expect(note).toMatch(
    /too few images: "rare" \(9 in train, 0 in test\)\. It needs 10 in train, 5 in val and 5 in test/,
  );
  expect(note).not.toContain('benign');
});

it('advises to leave a label out where two others are left to tell apart', () => {
  const two = [...enough('benign'), ...rowsOf('train', 'rare', 9)];
  expect(sayScarce(two, { masks: false })[0]).toMatch(/Add images, or move some between the splits by patient\.$/);
  const three = [...two, ...enough('malignant')];
  expect(sayScarce(three, { masks: false })[0]).toMatch(/by patient, or train with --leave-out LABEL\.$/);
});

it('names a few of many labels', () => {
  const rare = ['a', 'b', 'c', 'd', 'e'].flatMap((label) => rowsOf('train', label, 1));
  const [note] = sayScarce([...enough('benign'), ...rare], { masks: false });
  expect(note).toMatch(/"c" \(1 in train, 0 in val, 0 in test\); and 2 more labels\./);
});

it('does not send to a column split where splits are drawn', () => {
  const [note] = sayScarce(rowsOf('train', undefined, 30), { masks: false, isDrawn: true });
  expect(note).toMatch(/^No image is in the split val, test, .* or look at the column group of index\.csv\.$/);
});

it('says once that a split is absent, and counts masks whatever their labels are', () => {
  const [absent, ...more] = sayScarce([...rowsOf('train', 'x', 10), ...rowsOf('val', 'x', 5)], { masks: false });
  expect(absent).toMatch(/^No image is in the split test.*or delete that column: splits are then drawn\.$/);
  expect(more).toEqual([]);
  const masks = [...enough('benign'), ...rowsOf('val', 'rare', 1)];
  expect(sayScarce(masks, { masks: true })).toEqual([]);
  expect(sayScarce(rowsOf('train', 'x', 3), { masks: true })[1]).toMatch(/all images \(3 in train\)/);
});
