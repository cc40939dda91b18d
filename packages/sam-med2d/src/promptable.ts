import {
  defineHead,
  float32Tensor,
  resizeBilinear,
  takeFloat32,
  type Encoder,
  type Head,
  type Size,
  type TrainedModel,
} from '@medzoo/core/contract';
import { readModelFile } from '@medzoo/core/model';
import { samMed2dTiny } from './encoder.js';
import { promptTokens } from './prompt-tokens.js';

const params = {
  points: {
    type: 'points',
    description:
      'Points on the object (positive) or beside it (not positive), in image pixels; without a box, at least one positive.',
  },
  box: { type: 'box', description: 'A box around the object, in image pixels.' },
  multimask: {
    type: 'boolean',
    default: false,
    description:
      'Answer with the best of three masks for prompts that may mean a part or the whole, by the estimated IoU.',
  },
  threshold: {
    type: 'number',
    default: 0.5,
    min: 0.01,
    max: 0.99,
    description: 'Probability from which a pixel belongs to the mask.',
  },
} as const;

/** What `promptable` says about itself; `Id` is its name in requests. */
export interface PromptableManifest<Id extends string = string> {
  readonly id: Id;
  readonly title: string;
  readonly task: 'segmentation';
  readonly params: typeof params;
  readonly intendedUse: string;
  readonly modalities: readonly string[];
}

/** Whether `mask_input` holds a mask: it never does here, prompts are points and a box. */
const NO_MASK = float32Tensor([1]);

/**
 * SAM-Med2D's promptable head on an encoder it was trained with: segments the one object that points or a box mean.
 * Its answer has one mask, labelled `object`, with presence 1, since the prompt says that something is there.
 */
export function promptableOn<const Id extends string>(
  encoder: Encoder,
  trained: TrainedModel,
  id: Id,
): Head<PromptableManifest<Id>> {
  const inputSize = encoder.trained.preprocess.size;
  // A decoder that looks closer at the image around its prompt says so by an input of that name.
  const looksCloser = trained.model.inputs.some(({ name }) => name === 'image');
  return defineHead<PromptableManifest<Id>>({
    manifest: {
      id,
      title: 'SAM-Med2D, prompted by points or a box',
      task: 'segmentation',
      params,
      intendedUse: 'Outlining one object that a person points at, in research. Not for diagnosis.',
      modalities: ['DX', 'US', 'SM', 'XC', 'ES', 'CT', 'MR'],
    },
    encoder,
    trained,
    feeds({ embedding, image, params: { points, box }, toModelSpace }) {
      const { coords, labels } = promptTokens({ points, box }, toModelSpace);
      const [rows = 0, columns = 0] = embedding.shape.slice(2);
      return {
        embedding,
        point_coords: coords,
        point_labels: labels,
        mask_input: float32Tensor([1, 1, rows * 4, columns * 4]),
        has_mask_input: NO_MASK,
        ...(looksCloser ? { image } : {}),
      };
    },
    decode({ outputs, params: { multimask, threshold } }) {
      const masks = takeFloat32(outputs, 'masks');
      const iou = takeFloat32(outputs, 'iou').data;
      const [height = 0, width = 0] = masks.shape.slice(2);
      const chosen = multimask ? bestOf(iou, 1) : 0;
      const logits = masks.data.slice(chosen * width * height, (chosen + 1) * width * height);
      return { masks: [objectMask(logits, { width, height }, inputSize, threshold, iou[chosen] ?? 0)] };
    },
  });
}

/** The reference brings low-resolution logits to the model's input first and to the image from there; so do we. */
function objectMask(logits: Float32Array, size: Size, inputSize: Size, threshold: number, iou: number) {
  return {
    label: 'object',
    size: inputSize,
    logits: resizeBilinear(logits, size, inputSize),
    threshold,
    presence: 1,
    quality: Math.min(Math.max(iou, 0), 1),
  };
}

/** Index of the largest value from `first` on. */
function bestOf(values: Float32Array, first: number): number {
  return values.reduce(
    (best, value, index) => (index > first && value > (values[best] ?? -Infinity) ? index : best),
    first,
  );
}

/** The promptable head on `samMed2dTiny`, weights inside. */
export const promptable = promptableOn(
  samMed2dTiny,
  readModelFile(new URL('../weights/decoder.json', import.meta.url)),
  'promptable',
);
