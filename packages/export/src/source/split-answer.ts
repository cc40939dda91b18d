import { matchAnswer, type Answer, type Box, type Point } from '@medzoo/core/contract';

/** One thing that an answer shows, as an answer of its own, and where in the image it lies; null for nowhere. */
export interface AnswerPart {
  readonly value: Answer;
  readonly place: Box | Point | null;
}

/** The masks or points of an answer, one by one; none for an answer that shows none. */
export function splitAnswer(answer: Answer): readonly AnswerPart[] {
  return matchAnswer<readonly AnswerPart[]>(answer, {
    segmentation: ({ masks }) =>
      masks.map((mask) => ({
        value: { task: 'segmentation', masks: [mask] },
        place: mask.area > 0 ? mask.boundingBox : null,
      })),
    classification: () => [],
    regression: () => [],
    keypoints: (all) => all.points.map((one) => ({ value: { ...all, points: [one] }, place: one.point })),
    multilabel: () => [],
  });
}
