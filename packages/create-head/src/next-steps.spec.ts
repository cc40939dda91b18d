import { expect, it } from 'vitest';
import { completeAnswers } from './ask/answers.js';
import { listNextSteps } from './next-steps.js';

it('leads from a written head to one that is measured and served', () => {
  const answers = completeAnswers({ id: 'moles', labels: ['benign', 'malignant'] }, '0.1.0');
  expect(listNextSteps(answers, 'moles', 'images')).toEqual([
    'cd moles && npm install',
    'npm run embed -- --data ../images',
    'npm run train',
    'npm test && npx medzoo check-head .',
    'npx medzoo evaluate --data ../images --record',
    'npx medzoo-gateway',
  ]);
  expect(listNextSteps(answers, 'moles', undefined)).toContain('npx medzoo evaluate --data DIR --record');
});

it('names folders with spaces in their names so that a shell takes them whole', () => {
  const answers = completeAnswers({ id: 'moles', labels: ['benign', 'malignant'] }, '0.1.0');
  expect(listNextSteps(answers, 'my heads/moles', 'Klinik Müller/100 $')).toEqual(
    expect.arrayContaining([
      'cd "my heads/moles" && npm install',
      'npm run embed -- --data "../../Klinik Müller/100 \\$"',
      'npx medzoo evaluate --data "../../Klinik Müller/100 \\$" --record',
    ]),
  );
});

it('measures one of several targets at a time', () => {
  const maskValues = { 1: 'rim', 2: 'core "$1"' };
  const answers = completeAnswers(
    { id: 'parts', task: 'segmentation', labels: Object.values(maskValues), maskValues },
    '0.1.0',
  );
  expect(listNextSteps(answers, 'parts', undefined).filter((line) => line.includes('evaluate'))).toEqual([
    'npx medzoo evaluate --data DIR --record --mask-value 1=rim',
    'npx medzoo evaluate --data DIR --record --mask-value "2=core \\"\\$1\\""',
  ]);
});
