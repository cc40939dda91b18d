import { decodeClasses, defineHead } from '@medzoo/core/contract';
import { readModelFile } from '@medzoo/core/model';
import { samMed2dTiny } from '@medzoo/sam-med2d';

/** HEAD_SUMMARY */
export const headName = defineHead({
  manifest: {
    id: 'head-id',
    title: 'HEAD_TITLE',
    task: 'classification',
    params: {
      heatMap: { type: 'boolean', default: true, description: 'Answer with the map of what speaks for the label.' },
    },
    intendedUse: 'HEAD_INTENDED_USE',
    modalities: ['HEAD_MODALITY'],
  },
  encoder: samMed2dTiny,
  trained: readModelFile(new URL('../model/model.json', import.meta.url)),
  // `logits` become calibrated probabilities, and `evidence`, where the model has it, the heat map.
  decode: ({ outputs, params, trained }) => decodeClasses(outputs, trained, params),
});
