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
