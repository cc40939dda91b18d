import { describeTensors, type FoundTensor, type FoundTensors } from '../describe-tensors.js';
import type { HeadFault } from './head-fault.js';

/** What a zoo has of each image; another input, such as a number of rounds, may be of all images together. */
const OF_IMAGES: readonly string[] = ['embedding', 'image'];

/** A zoo runs several images together, so the first dimension of what is about images must be free. */
export function findBatchFault(model: FoundTensors): HeadFault | undefined {
  const fixed = [...model.inputs, ...model.outputs].filter((tensor) => isOfImages(tensor, model)).filter(isFixed);
  if (fixed.length === 0) return undefined;
  return {
    message:
      'The first dimension must be free, such as "batch", since several images may run together; it is fixed: ' +
      `${describeTensors(fixed)}.`,
    fix: `Export it with dynamic_axes={${fixed.map(({ name }) => `"${name}": {0: "batch"}`).join(', ')}}.`,
  };
}

/** Whether a tensor of a model has an entry for each image. */
export function isOfImages(tensor: FoundTensor, { outputs }: Pick<FoundTensors, 'outputs'>): boolean {
  return OF_IMAGES.includes(tensor.name) || outputs.includes(tensor);
}

function isFixed({ shape }: FoundTensor): boolean {
  return typeof shape[0] === 'number';
}
