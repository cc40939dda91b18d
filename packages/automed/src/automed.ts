import { decodeMasks, defineHead } from '@medzoo/core/contract';
import { readModelFile } from '@medzoo/core/model';
import { samMed2dTiny } from '@medzoo/sam-med2d';

/**
 * SAM-AutoMed: every target it knows, without prompts. An improved MobileNetV3 looks at the image and prompts
 * SAM-Med2D's decoder, which reads the embedding; one mask per target, each with the probability that the target is
 * there at all.
 */
export const automed = defineHead({
  manifest: {
    id: 'automed',
    title: 'SAM-AutoMed',
    task: 'segmentation',
    params: {
      targets: { type: 'labels', description: 'Which targets to look for; all of them if left out.' },
      threshold: {
        type: 'number',
        default: 0.5,
        min: 0.01,
        max: 0.99,
        description: 'Probability from which a pixel belongs to a mask.',
      },
    },
    intendedUse:
      'Outlining lungs on chest films, fetal heads in ultrasound, nuclei in microscopy, foot ulcers on photographs and polyps in colonoscopy, in research. Not for diagnosis.',
    modalities: ['DX', 'US', 'SM', 'XC', 'ES'],
  },
  encoder: samMed2dTiny,
  trained: readModelFile(new URL('../weights/model.json', import.meta.url)),
  feeds: ({ embedding, image }) => ({ embedding, image }),
  decode: ({ outputs, params, trained }) => decodeMasks(outputs, trained, params),
});
