import { describe, expect, it } from 'vitest';
import type { DataSet } from '../evaluation/set/data-set.js';
import { describeHead } from '../testing/describe-head.js';
import { arrangeSets, targetsOf } from './arrange-sets.js';

const set = (name: string, hasMasks = false): DataSet => ({
  name,
  hasMasks,
  hasLabels: !hasMasks,
  columns: [],
  rows: [],
  notes: [],
});
const sets = [
  set('cxr_lung', true),
  set('hc18_fetal_head', true),
  set('spleens', true),
  set('cxr_pneumonia'),
  set('busi_breast_us'),
  set('endoscopy_normal'),
  set('kvasir_seg', true),
];
const head = describeHead('automed', 'segmentation', ['lungs', 'fetal_head', 'polyp']);
const targets = targetsOf(head, [...sets.slice(0, 6), { ...sets[6]!, rows: [{ label: 'polyp' } as never] }]);
const arrange = (target: string, assignments = {}) =>
  arrangeSets(target, sets, targets, { shows: [], near: [], ...assignments });

describe('arrangeSets', () => {
  it('finds the targets of sets by their names and labels', () => {
    expect(Object.fromEntries(targets)).toEqual({
      cxr_lung: 'lungs',
      hc18_fetal_head: 'fetal_head',
      kvasir_seg: 'polyp',
    });
  });

  it('takes no film of a chest for one without lungs', () => {
    const { positive, left_out, negative, near } = arrange('lungs');
    expect({ positive, left_out, near }).toEqual({ positive: ['cxr_lung'], left_out: ['cxr_pneumonia'], near: [] });
    expect(negative).toEqual(['hc18_fetal_head', 'spleens', 'busi_breast_us', 'endoscopy_normal', 'kvasir_seg']);
  });

  it('knows which other sets look alike: ultrasound for a fetal head, lesion-free frames for polyps', () => {
    expect(arrange('fetal_head')).toMatchObject({ near: ['busi_breast_us'], left_out: [] });
    expect(arrange('polyp').near).toEqual(['endoscopy_normal']);
  });

  it('is told what names do not tell', () => {
    const { near, left_out } = arrange('fetal_head', {
      shows: [{ target: 'fetal_head', set: 'busi_breast_us' }],
      near: [
        { target: 'Foetal Head', set: 'spleens' },
        { target: 'lungs', set: 'kvasir_seg' },
      ],
    });
    expect({ near, left_out }).toEqual({ near: ['spleens'], left_out: ['busi_breast_us'] });
  });
});
