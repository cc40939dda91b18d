import { decodeKeypoints, defineHead, type FeedInput } from '@medzoo/core/contract';
import { readModelFile } from '@medzoo/core/model';
import { samMed2dTiny } from '@medzoo/sam-med2d';

const trained = readModelFile(new URL('../model/model.json', import.meta.url));
const readsImage = trained.model.inputs.some(({ name }) => name === 'image');

/** HEAD_SUMMARY */
export const headName = defineHead({
  manifest: {
    id: 'head-id',
    title: 'HEAD_TITLE',
    task: 'keypoints',
    params: {},
    intendedUse: 'HEAD_INTENDED_USE',
    modalities: ['HEAD_MODALITY'],
  },
  encoder: samMed2dTiny,
  trained,
  // The trainer may make a model that looks at the pixels too.
  ...(readsImage && { feeds: ({ embedding, image }: FeedInput) => ({ embedding, image }) }),
  // `keypoints` are x and y, 0 to 1 over the encoder's input.
  decode: ({ outputs }) => decodeKeypoints(outputs, trained),
});
