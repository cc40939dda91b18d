import type { Zoo } from '@medzoo/core';
import { CommandError } from '../../command-error.js';
import type { Prediction } from '../../statistics/prediction.type.js';
import { keepImage, type ChangeImage } from './change-image.js';
import type { Classifier } from '../subject/choose-classifier.js';
import type { Row } from '../set/data-set.js';
import { predictAs } from './predict.js';
import { readRowImage } from './read-row.js';
import type { Scored } from './score-rows.js';

/** A row's true label, as the head calls it, and what the head said. */
export interface ClassScore extends Scored, Prediction {
  /** Whether the image is out of the head's domain: it refuses to answer then, unless it is asked to warn. */
  readonly isRefused: boolean;
}

/** Classifies a row's image, also one that is out of domain; `change` is made to the image first. */
export async function scoreClass(
  zoo: Zoo,
  { head, names }: Classifier,
  row: Row,
  change: ChangeImage = keepImage,
): Promise<ClassScore> {
  const truth = row.label === undefined ? undefined : names.get(row.label);
  if (truth === undefined) throw new CommandError('It has no label in the index.');
  const { image } = await change(await readRowImage(row));
  const { answer, provenance } = await predictAs('classification', zoo, head, image);
  const probabilities = Object.fromEntries(answer.scores.map(({ label, probability }) => [label, probability]));
  const { label: predicted, plausible, domain } = answer;
  const isRefused = domain?.inDomain === false;
  return {
    ...{ row, provenance, truth, predicted, probabilities, isRefused },
    ...(plausible && { plausible: plausible.labels }),
  };
}
