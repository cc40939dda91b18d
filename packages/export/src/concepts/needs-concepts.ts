import type { Task } from '@medzoo/core/contract';
import type { ExportFormat } from '../formats.js';

/** Whether a report names an answer by the codes of its labels, and not merely beside what it shows. */
const IN_REPORTS: Readonly<Record<Task, boolean>> = {
  segmentation: false,
  classification: true,
  regression: true,
  keypoints: false,
  multilabel: true,
};

/** Whether each label of an answer of this task needs a concept in a file of this format. */
export function needsConcepts(format: ExportFormat, task: Task): boolean {
  return format === 'seg' || (format === 'sr' && IN_REPORTS[task]);
}
