import type { Task } from '@medzoo/core';
import type { AnswerSizes } from './admission/answer-sizes.js';
import { ClassificationAnswerType } from './types/answers/classification.type.js';
import { KeypointsAnswerType } from './types/answers/keypoints.type.js';
import { MultilabelAnswerType } from './types/answers/multilabel.type.js';
import { RegressionAnswerType } from './types/answers/regression.type.js';
import { SegmentationAnswerType } from './types/answers/segmentation.type.js';

/** The members of the union `HeadAnswer` that are answers. */
export const ANSWER_TYPES = {
  segmentation: SegmentationAnswerType,
  classification: ClassificationAnswerType,
  regression: RegressionAnswerType,
  keypoints: KeypointsAnswerType,
  multilabel: MultilabelAnswerType,
} as const satisfies { readonly [T in Task]: new () => { readonly task: T } };

/** Of the lists in an answer: how long they are where a head has so many labels. */
export const ANSWER_LISTS: Readonly<Record<Task, (labels: number) => AnswerSizes>> = {
  segmentation: (labels) => ({
    'SegmentationAnswer.masks': labels,
    'Mask.polygons': 8,
    'Polygon.holes': 2,
    'Rle.size': 2,
  }),
  classification: (labels) => ({ 'ClassificationAnswer.scores': labels, 'PlausibleLabels.labels': labels }),
  regression: (labels) => ({ 'RegressionAnswer.values': labels }),
  keypoints: (labels) => ({ 'KeypointsAnswer.points': labels }),
  multilabel: (labels) => ({ 'MultilabelAnswer.labels': labels, 'MultilabelAnswer.scores': labels }),
};
