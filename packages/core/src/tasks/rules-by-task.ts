import type { Task } from '../contract/index.js';
import { classification } from './classification.js';
import { keypoints } from './keypoints.js';
import { multilabel } from './multilabel.js';
import { regression } from './regression.js';
import { segmentation } from './segmentation.js';
import type { TaskRules } from './task-rules.js';

/** What is checked and answered for each task: a new one is one more file of this folder, and one more entry here. */
export const RULES: { readonly [T in Task]: TaskRules<T> } = {
  segmentation,
  classification,
  regression,
  keypoints,
  multilabel,
};
