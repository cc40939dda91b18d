import { expect, it } from 'vitest';
import { describeHead } from '../../testing/describe-head.js';
import { findColumns } from './find-columns.js';

const columns = ['age', 'bone_age_mo', 'tip_x', 'tip_y', 'carina_x', 'pleural_effusion', 'mass'];
const found = (task: Parameters<typeof findColumns>[0], ...labels: readonly string[]) => {
  const head = describeHead('one', task, labels);
  const quantities = { 'bone age': { unit: 'mo' } };
  return Object.fromEntries(findColumns(task, { ...head, trained: { ...head.trained, quantities } }, columns));
};

it('findColumns finds the truth of labels by their names', () => {
  expect(found('regression', 'bone age', 'height')).toEqual({ 'bone age': ['bone_age_mo'] });
  expect(found('keypoints', 'Tip', 'carina')).toEqual({ Tip: ['tip_x', 'tip_y'] });
  expect(found('multilabel', 'Mass', 'pleural effusion', 'fracture')).toEqual({
    Mass: ['mass'],
    'pleural effusion': ['pleural_effusion'],
  });
});

it('takes the column with the unit before one without, and no column of another label', () => {
  const age = describeHead('one', 'regression', ['age']);
  const head = { ...age, trained: { ...age.trained, quantities: { age: { unit: 'mo', mean: 0, std: 1 } } } };
  expect(Object.fromEntries(findColumns('regression', head, ['age', 'age_mo']))).toEqual({ age: ['age_mo'] });
  const signs = describeHead('one', 'multilabel', ['HER2+', 'HER2-', 'nodule', 'nodules']);
  expect(Object.fromEntries(findColumns('multilabel', signs, ['her2-', 'her2+', 'nodule']))).toEqual({
    ...{ 'HER2+': ['her2+'], 'HER2-': ['her2-'] },
    nodule: ['nodule'],
  });
});
