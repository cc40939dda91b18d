import type { Zoo } from '@medzoo/core';
import { CommandError } from '../command-error.js';
import type { Prediction } from '../statistics/prediction.type.js';
import type { Classifier } from './choose-classifier.js';
import type { Row } from './data-set.js';
import { predictAs } from './predict.js';
import { readRowImage } from './read-row.js';
import type { Scored } from './score-rows.js';

/** A row's true label, as the head calls it, and what the head said. */
export type ClassScore = Scored & Prediction;

/** Classifies a row's image. */
export async function scoreClass(zoo: Zoo, { head, names }: Classifier, row: Row): Promise<ClassScore> {
  const truth = row.label === undefined ? undefined : names.get(row.label);
  if (truth === undefined) throw new CommandError('It has no label in the index.');
  const { answer, provenance } = await predictAs('classification', zoo, head, await readRowImage(row));
  const probabilities = Object.fromEntries(answer.scores.map(({ label, probability }) => [label, probability]));
  const { label: predicted, plausible } = answer;
  return { row, provenance, truth, predicted, probabilities, ...(plausible && { plausible: plausible.labels }) };
}
