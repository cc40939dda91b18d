import type { ClassFinding, MaskFinding } from '@medzoo/cards';
import type { Head, Metric } from '@medzoo/core/contract';
import { describe, expect, it } from 'vitest';
import { renderHeadsTable } from './render-heads-table.js';

const digests = { head: 'a', encoder: 'b', variants: [] };
const test = { dataset: 'kvasir', split: 'test', n: 9 } as const;
const headOf = (task: string, labels: readonly string[], metrics: readonly Partial<Metric>[]): Head =>
  ({
    manifest: { id: 'one', title: 'SAM: tumours', task },
    trained: { trainedOn: [], labels, metrics },
  }) as unknown as Head;
const mask = { task: 'segmentation', target: 'polyp', shows: 'Glare.', outcome: 'failed' } as MaskFinding;
const rowsOf = (head: Head, cases: readonly (MaskFinding | ClassFinding)[]): string[] =>
  renderHeadsTable([{ head, failures: { digests, cases }, card: 'card.md' }])
    .split('\n')
    .slice(2);

describe('renderHeadsTable', () => {
  it('has a row for each target, with its own numbers on test images and its own failures', () => {
    const metrics: Partial<Metric>[] = [
      { ...test, name: 'dice', label: 'polyp', value: 0.8761 },
      { ...test, name: 'dice', label: 'polyp', value: 0.99, split: 'val' },
      {
        ...test,
        name: 'presence_specificity',
        label: 'polyp',
        value: 0.45,
        negatives: { kind: 'background', sets: [], n: 9 },
      },
      { ...test, name: 'presence_specificity', label: 'polyp', value: 1, negatives: { kind: 'other', sets: [], n: 9 } },
      { ...test, name: 'dice', label: 'fetal_head', value: 0.97 },
    ];
    const right: MaskFinding = { ...mask, shows: 'Even light.', outcome: 'passed' };
    expect(rowsOf(headOf('segmentation', ['polyp', 'fetal_head'], metrics), [mask, right])).toEqual([
      '| polyp | [`one`](card.md) | Dice 0.876 (kvasir, n 9) | ' +
        'Calls the target present in 55 % of crops beside it (n 9). Glare. |',
      '| fetal head | [`one`](card.md) | Dice 0.970 (kvasir, n 9) |  |',
    ]);
  });

  it('has one row for a classifier, without numbers of fewer labels', () => {
    const metrics: Partial<Metric>[] = [
      { ...test, name: 'balanced_accuracy', value: 0.9, excludedLabels: ['none'] },
      { ...test, name: 'balanced_accuracy', value: 0.8 },
      { ...test, name: 'auroc', value: 0.7, label: 'glioma' },
      { ...test, name: 'auroc', value: 0.95 },
    ];
    const failed = { task: 'classification', own_kind: true, shows: 'A faint one.', outcome: 'failed' } as ClassFinding;
    const refused = { ...failed, shows: 'Unheard of.', outcome: 'refused' } as ClassFinding;
    expect(rowsOf(headOf('classification', ['glioma', 'none'], []), [failed, refused])).toEqual([
      '| tumours | [`one`](card.md) |  | Refuses 1 of 2 phantoms of its own kind. A faint one. |',
    ]);
    expect(rowsOf(headOf('classification', ['glioma', 'none'], metrics), [failed])).toEqual([
      '| tumours | [`one`](card.md) | balanced accuracy 0.800, AUROC 0.950 (kvasir, n 9) | A faint one. |',
    ]);
  });

  it('has the range over the data sets for a head that is prompted', () => {
    const prompted = { ...test, name: 'dice', prompt: 'box' } as const;
    const metrics: Partial<Metric>[] = [
      { ...prompted, value: 0.9, dataset: 'polyps' },
      { ...prompted, value: 0.4, dataset: 'nuclei' },
    ];
    expect(rowsOf(headOf('segmentation', ['object'], metrics), [])).toEqual([
      "| tumours | [`one`](card.md) | Dice 0.400 (nuclei) to 0.900 (polyps), prompted by the truth's box |  |",
    ]);
  });

  it('leaves a cell empty where nothing was measured', () => {
    expect(rowsOf(headOf('classification', ['glioma'], []), [])).toEqual(['| tumours | [`one`](card.md) |  |  |']);
  });
});
