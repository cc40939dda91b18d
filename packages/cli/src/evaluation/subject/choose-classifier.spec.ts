import { describe, expect, it } from 'vitest';
import { describeHead } from '../../testing/describe-head.js';
import { chooseClassifier } from './choose-classifier.js';

const heads = [
  describeHead('chest', 'classification', ['normal', 'pneumonia']),
  describeHead('breast', 'classification', ['normal', 'benign', 'malignant']),
  describeHead('brain', 'classification', ['glioma', 'meningioma', 'notumor', 'pituitary']),
];
const choose = (labels: readonly string[], all = labels) => chooseClassifier(heads, labels, all);

describe('chooseClassifier', () => {
  it('takes the head that knows every label, however they are spelt', () => {
    const { head, names } = choose(['No_Tumor', 'Glioma_Tumor']);
    expect(head.manifest.id).toBe('brain');
    expect([...names]).toEqual([
      ['No_Tumor', 'notumor'],
      ['Glioma_Tumor', 'glioma'],
    ]);
    expect(choose(['NORMAL', 'PNEUMONIA']).head.manifest.id).toBe('chest');
  });

  it('looks at the whole set where the rows at hand fit several heads', () => {
    expect(choose(['normal'], ['normal', 'benign']).head.manifest.id).toBe('breast');
    expect(() => choose(['normal'])).toThrow(
      'Several heads know the labels normal: chest (normal, pneumonia); breast (normal,',
    );
  });

  it('tells labels apart that mean nearly the same', () => {
    const apart = (labels: readonly string[], head = labels) =>
      chooseClassifier([describeHead('one', 'classification', head)], labels, labels).names;
    for (const labels of [
      ['HER2+', 'HER2-'],
      ['wound', 'ulcer'],
      ['<5', '>5'],
    ])
      expect([...apart(labels)]).toEqual(labels.map((label) => [label, label]));
    expect(() => apart(['ulcers', 'polyp'], ['wound', 'ulcer', 'polyp'])).toThrow('does not know ulcers; it knows');
    expect(() => apart(['healthy', 'normal'], ['normal', 'ill'])).toThrow(
      'The labels "healthy" and "normal" of the set would both count as "normal" of the head.',
    );
    expect([...apart(['normal', 'Normal', 'ill'], ['normal', 'ill']).values()]).toEqual(['normal', 'normal', 'ill']);
  });

  it('lists the heads where none fits', () => {
    expect(() => choose(['normal', 'covid19'])).toThrow(
      'No head knows all of the labels normal, covid19. There are chest (normal, pneumonia); breast',
    );
    expect(() => chooseClassifier(heads.slice(0, 1), ['normal', 'covid19'], [])).toThrow(
      'The head "chest" does not know covid19; it knows normal, pneumonia. Choose one with --head ID, or leave ' +
        'labels out with --exclude-label LABEL.',
    );
  });
});
