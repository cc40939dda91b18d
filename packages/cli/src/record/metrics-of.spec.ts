import { expect, it } from 'vitest';
import type { Report } from '../evaluation/report/report.type.js';
import { isOutdated, mergeMetrics } from './merge-metrics.js';
import { splitName } from './metrics-of.js';

const LABELS = ['head', 'fetal_head', 'nuclei'];

it.each([
  ['accuracy', { name: 'accuracy' }],
  ['auroc_fetal_head', { name: 'auroc', label: 'fetal_head' }],
  ['auroc_head', { name: 'auroc', label: 'head' }],
  ['presence_auroc_fetal_head_near', { name: 'presence_auroc', label: 'fetal_head', kind: 'near' }],
  ['presence_auroc_nuclei', { name: 'presence_auroc', label: 'nuclei', kind: 'other' }],
  ['presence_sensitivity_nuclei', { name: 'presence_sensitivity', label: 'nuclei' }],
  ['head_circumference_mm_difference', { name: 'head_circumference_mm_difference' }],
])('reads %s by its parts', (name, parts) => expect(splitName(name, LABELS)).toEqual(parts));

it.each(['set_size', 'balanced_accuracy', 'macro_f1'])('takes no label out of %s', (name) =>
  expect(splitName(name, ['size', 'accuracy', 'f1'])).toEqual({ name }),
);

it('replaces a measurement by the same one of today, keeps others, and orders them', () => {
  const metric = (name: string, value: number, split = 'test') => ({ name, value, dataset: 'set', split, n: 3 });
  const before = [metric('auroc', 0.7), metric('accuracy', 0.5), metric('accuracy', 0.4, 'val')];
  expect(mergeMetrics(before, [metric('accuracy', 0.9), metric('ece', 0.1)])).toEqual([
    ...[metric('accuracy', 0.9), metric('auroc', 0.7), metric('ece', 0.1), metric('accuracy', 0.4, 'val')],
  ]);
});

it('knows what an evaluation has measured again, be it that it has no such number now', () => {
  const report = {
    dataset: 'set',
    split: 'test',
    target: null,
    prompt: null,
    presence: null,
    excluded_labels: ['b', 'a'],
  };
  const metric = { name: 'accuracy', value: 0.7, dataset: 'set', split: 'test', n: 5, excludedLabels: ['a', 'b'] };
  const isOld = (changed: object, asked: object = {}) =>
    isOutdated({ ...metric, ...changed }, { ...report, ...asked } as unknown as Report);
  expect(isOld({})).toBe(true);
  expect(isOld({ name: 'coverage', label: 'a' })).toBe(true);
  expect(isOld({ name: 'dice', label: 'a' }, { target: 'a' })).toBe(true);
  for (const other of [
    ...[{ split: 'val' }, { dataset: 'other' }, { excludedLabels: ['a'] }, { prompt: 'box' }, { name: 'hd95' }],
    ...[{ name: 'presence_auroc' }, { name: 'answered' }, { corruption: 'blur' }],
    { name: 'refused', falseRefusals: 0.05 },
  ])
    expect(isOld(other)).toBe(false);
  expect(isOld({ name: 'dice', label: 'a' }, { target: 'b' })).toBe(false);
  expect(isOld({}, { presence: {} })).toBe(false);
});
