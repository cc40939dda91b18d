import { describe, expect, it } from 'vitest';
import { describeHead } from '../../testing/describe-head.js';
import { candidates } from './candidates.js';

const segments = describeHead('segments', 'segmentation', ['polyp']);
const classifies = describeHead('classifies', 'classification', ['normal', 'ill']);
const prompted = {
  ...segments,
  manifest: { ...segments.manifest, id: 'prompted', params: { box: { type: 'box', description: 'A box.' } } },
} as const;
const heads = [segments, classifies, prompted];
const both = { hasMasks: true, hasLabels: true, columns: [] };
const nothing = { head: undefined, target: undefined, isPrompted: false };
const ids = (...args: Parameters<typeof candidates>) => candidates(...args).map(({ manifest }) => manifest.id);

describe('candidates', () => {
  it('are the heads that do what the set is for, on an image alone', () => {
    expect(ids(heads, both, nothing)).toEqual(['segments']);
    expect(ids(heads, { hasMasks: false, hasLabels: true, columns: [] }, nothing)).toEqual(['classifies']);
  });

  it('are classifiers on a set with masks and labels where the config has no other', () => {
    expect(ids([classifies, prompted], both, nothing)).toEqual(['classifies']);
  });

  it('are the one head that is named, also a classifier on a set that has masks too', () => {
    expect(ids(heads, both, { ...nothing, head: 'classifies' })).toEqual(['classifies']);
    expect(ids(heads, both, { ...nothing, head: 'prompted', isPrompted: true })).toEqual(['prompted']);
  });

  it('say when the config has none', () => {
    const masks = { hasMasks: true, hasLabels: false, columns: [] };
    expect(() => candidates([classifies, prompted], masks, nothing)).toThrow('The config has no head for segmentation');
  });

  it.each([
    [both, { head: 'segment' }, 'There is no head "segment". There are segments, classifies, prompted. Did you mean'],
    [both, { head: 'prompted' }, 'needs a prompt. Give it the box of each truth mask with --prompt box.'],
    [both, { head: 'segments', isPrompted: true }, '--prompt is for a head that takes prompts.'],
    [both, { isPrompted: true }, '--prompt is for a head that takes prompts.'],
    [both, { head: 'classifies', target: 'polyp' }, '--target says what masks show'],
    [{ hasMasks: false, hasLabels: true, columns: [] }, { head: 'segments' }, 'The set has no masks'],
    [{ hasMasks: true, hasLabels: false, columns: [] }, { head: 'classifies' }, 'The set has no labels'],
  ])('refuse, for a set with %j, %j: %s', (set, choice, message) => {
    expect(() => candidates(heads, set, { ...nothing, ...choice })).toThrow(message);
  });
});
