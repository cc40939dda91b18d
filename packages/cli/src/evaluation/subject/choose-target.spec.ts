import type { HeadDescription } from '@medzoo/core';
import { describe, expect, it } from 'vitest';
import { describeHead } from '../../testing/describe-head.js';
import { chooseTarget, promptedTarget } from './choose-target.js';
import type { DataSet } from '../set/data-set.js';

const heads = [describeHead('automed', 'segmentation', ['lungs', 'fetal_head', 'nuclei', 'wound', 'polyp'])];
const set = (name: string, ...labels: (string | undefined)[]): DataSet => ({
  name,
  hasMasks: true,
  hasLabels: true,
  notes: [],
  columns: [],
  rows: labels.map((label, index) => ({
    ...{ id: `${index}`, image: '', mask: 'm', label, split: undefined, group: '' },
    ...{ pixelSize: undefined, measures: {}, cells: {}, listed: { image: '', mask: 'm' } },
  })),
});

describe('chooseTarget', () => {
  it.each([
    ['unnamed', ['Polyps'], 'polyp', 'the label "Polyps"'],
    ['unnamed', ['no_wound', 'wound'], 'wound', 'the label "wound"'],
    ['unnamed', ['head'], 'fetal_head', 'the label "head"'],
    ['cxr_lung', ['normal', 'pneumonia', 'covid19'], 'lungs', `the folder's name "cxr_lung"`],
    ['hc18-foetal-head', [undefined], 'fetal_head', `the folder's name "hc18-foetal-head"`],
    ['BBBC038 Nucleus', [undefined], 'nuclei', `the folder's name "BBBC038 Nucleus"`],
    ['unnamed', ['sessile polyp'], 'polyp', 'the label "sessile polyp"'],
    ['DFUC', ['diabetic foot ulcer'], 'wound', 'the label "diabetic foot ulcer"'],
  ])('takes the folder %s with labels %j for %s', (name, labels, label, because) => {
    expect(chooseTarget(heads, set(name, ...labels), undefined)).toMatchObject({ label, because });
  });

  it('obeys --target, however it is spelt', () => {
    expect(chooseTarget(heads, set('anything', 'polyp'), 'Nucleus')).toMatchObject({ label: 'nuclei' });
    expect(() => chooseTarget(heads, set('anything'), 'spleen')).toThrow(
      'No head has the target "spleen". Say it with --target LABEL, one of lungs (automed), fetal_head (automed),',
    );
  });

  it('tells targets of one head apart that mean nearly the same', () => {
    const similar = [describeHead('skin', 'segmentation', ['wound', 'ulcer'])];
    expect(chooseTarget(similar, set('x', 'ulcer'), undefined)).toMatchObject({ label: 'ulcer' });
    expect(chooseTarget(similar, set('x'), 'Wound')).toMatchObject({ label: 'wound' });
    for (const [name, asked] of [
      ['ulcers', undefined],
      ['x', 'ulcers'],
    ] as const)
      expect(() => chooseTarget(similar, set(name), asked)).toThrow('fit several targets: wound, ulcer');
  });

  it('does not guess', () => {
    expect(() => chooseTarget(heads, set('isic_2018', 'lesion'), undefined)).toThrow(
      `Neither the labels (lesion) nor the folder's name "isic_2018" say what the masks show. Say it with ` +
        '--target LABEL',
    );
    expect(() => chooseTarget(heads, set('mix', 'polyp', 'wound'), undefined)).toThrow(
      'fit several targets: wound, polyp',
    );
  });

  it('asks for a head where several have the target', () => {
    const both = [...heads, describeHead('lung-net', 'segmentation', ['lung'])];
    expect(() =>
      chooseTarget([...heads, describeHead('net', 'segmentation', ['polyp'])], set('x', 'polyp'), undefined),
    ).toThrow('Several heads have the target "polyp": automed, net. Choose one with --head ID.');
    expect(() => chooseTarget(both, set('cxr_lung'), undefined)).toThrow(
      'Several heads have the target "lungs": automed, lung-net.',
    );
  });
});

describe('promptedTarget', () => {
  const prompted = (labels: readonly string[], params: HeadDescription['manifest']['params']) => {
    const head = describeHead('prompted', 'segmentation', labels);
    return promptedTarget({ ...head, manifest: { ...head.manifest, params } });
  };

  it('finds the param that takes a box, whatever it is called', () => {
    const target = prompted(['object'], { frame: { type: 'box', description: 'A box.' } });
    expect(target).toMatchObject({ label: 'object', boxParam: 'frame' });
  });

  it('refuses a head that takes none', () => {
    expect(() => prompted(['object'], {})).toThrow('does not outline one object in a box');
  });
});
