import { describe, expect, it } from 'vitest';
import { isPartOfName, isSameName, nameWords } from './names.js';

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
  ])('%s is not %s', (a, b) => expect(isSameName(a, b)).toBe(false));

  it('finds a name within another by whole words', () => {
    expect(isPartOfName('lungs', 'cxr_lung')).toBe(true);
    expect(isPartOfName('fetal_head', 'hc18_fetal_head')).toBe(true);
    expect(isPartOfName('head', 'fetal_head')).toBe(true);
    expect(isPartOfName('wound', 'foot_ulcers')).toBe(true);
    expect(isPartOfName('head', 'overhead')).toBe(false);
    expect(isPartOfName('', 'anything')).toBe(false);
  });

  it('keeps a name that is made of fillers only', () => {
    expect(nameWords('Masks')).toEqual(['mask']);
  });
});
