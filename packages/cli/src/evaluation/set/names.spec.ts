import { describe, expect, it } from 'vitest';
import { findName, isPartOfName, isSameName, nameWords } from './names.js';

describe('names', () => {
  it.each([
    ['nucleus', 'Nuclei'],
    ['lung', 'LUNGS'],
    ['fetal_head', 'Foetal head'],
    ['fetal_head', 'FetalHeads'],
    ['notumor', 'no_tumour'],
    ['notumor', 'No Tumor'],
    ['glioma', 'glioma_tumor'],
    ['polyp', 'polyp-mask'],
    ['wound', 'ulcer'],
    ['normal', 'Healthy'],
  ])('%s is %s', (a, b) => expect(isSameName(a, b)).toBe(true));

  it.each([
    ['benign', 'malignant'],
    ['normal', 'abnormal'],
    ['tumor', 'notumor'],
    ['pus', 'pu'],
    ['HER2+', 'HER2-'],
    ['HER2+', 'HER2'],
    ['<5 mm', '>5 mm'],
    ['-1', '1'],
    ['1.5', '15'],
    ['★', '☆'],
  ])('%s is not %s', (a, b) => expect(isSameName(a, b)).toBe(false));

  it('finds a name within another by whole words', () => {
    expect(isPartOfName('lungs', 'cxr_lung')).toBe(true);
    expect(isPartOfName('fetal_head', 'hc18_fetal_head')).toBe(true);
    expect(isPartOfName('head', 'fetal_head')).toBe(true);
    expect(isPartOfName('wound', 'foot_ulcers')).toBe(true);
    expect(isPartOfName('head', 'overhead')).toBe(false);
    expect(isPartOfName('', 'anything')).toBe(false);
  });

  it('finds the name that is spelt so before one that means the same', () => {
    const names = ['wound', 'Ulcer', 'healthy'];
    expect(names.map((name) => findName(names, name))).toEqual(names);
    expect(findName(names, 'ulcer')).toBe('Ulcer');
    expect(findName(names, 'normal')).toBe('healthy');
    expect(findName(names, 'ulcers')).toBe(undefined);
    expect(findName(names, 'polyp')).toBe(undefined);
  });

  it('keeps a name that is made of fillers only', () => {
    expect(nameWords('Masks')).toEqual(['mask']);
  });
});
