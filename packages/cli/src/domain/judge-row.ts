import type { Answer, HeadDescription, LabelledDomain, Zoo } from '@medzoo/core';
import type { Row } from '../evaluation/set/data-set.js';
import { predict } from '../evaluation/score/predict.js';
import { readRowImage } from '../evaluation/score/read-row.js';
import type { Scored } from '../evaluation/score/score-rows.js';

/** What a head says of an image's kind, and what it answers. */
export interface Judged extends Scored {
  /** In the order of the model file. */
  readonly domains: readonly LabelledDomain[];
  readonly answer: Answer;
}

/** Asks a head about any image; the answer is there also where the image is out of domain. */
export async function judgeRow(zoo: Zoo, head: HeadDescription, row: Row): Promise<Judged> {
  const { answer, provenance } = await predict(zoo, head, await readRowImage(row));
  return { row, provenance, answer, domains: provenance.domains ?? [] };
}
