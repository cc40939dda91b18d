import { decodeValues, defineHead } from '@medzoo/core/contract';
import { readModelFile } from '@medzoo/core/model';
import { samMed2dTiny } from '@medzoo/sam-med2d';

/** HEAD_SUMMARY */
export const headName = defineHead({
  manifest: {
    id: 'head-id',
    title: 'HEAD_TITLE',
    task: 'regression',
    params: {},
    intendedUse: 'HEAD_INTENDED_USE',
    modalities: ['HEAD_MODALITY'],
  },
  encoder: samMed2dTiny,
  trained: readModelFile(new URL('../model/model.json', import.meta.url)),
  // `values` become numbers by `quantities` of model.json, which also has their units and intervals.
  decode: ({ outputs, trained }) => decodeValues(outputs, trained),
});
