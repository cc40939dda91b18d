import { decodeLabels, defineHead } from '@medzoo/core/contract';
import { readModelFile } from '@medzoo/core/model';
import { samMed2dTiny } from '@medzoo/sam-med2d';

/** HEAD_SUMMARY */
export const headName = defineHead({
  manifest: {
    id: 'head-id',
    title: 'HEAD_TITLE',
    task: 'multilabel',
    params: {},
    intendedUse: 'HEAD_INTENDED_USE',
    modalities: ['HEAD_MODALITY'],
  },
  encoder: samMed2dTiny,
  trained: readModelFile(new URL('../model/model.json', import.meta.url)),
  // `label_logits` become a calibrated probability for each label, and `thresholds` of model.json say from where it counts.
  decode: ({ outputs, trained }) => decodeLabels(outputs, trained),
});
