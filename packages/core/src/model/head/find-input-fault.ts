import type { Head } from '../../contract/index.js';
import { describeTensors, type FoundTensor } from '../describe-tensors.js';
import { isFedByItself } from './feed-model.js';
import type { HeadFault } from './head-fault.js';

/**
 * Whether a zoo can feed a model. A head without `feeds` is fed the embedding, and the image where its model
 * takes that too, and cannot run where the model calls them otherwise.
 */
export function findInputFault(
  inputs: readonly FoundTensor[],
  { feeds }: Partial<Pick<Head, 'feeds'>>,
): HeadFault | undefined {
  if (feeds !== undefined || isFedByItself(inputs.map(({ name }) => name))) return undefined;
  const name = JSON.stringify(inputs[0]?.name ?? 'embedding');
  return {
    message:
      'The head has no feeds, so its model is fed "embedding", and "image" if it takes that too; it declares ' +
      `${describeTensors(inputs)}.`,
    fix:
      'Export it with input_names=["embedding"], or say in the code of the head how it is fed: feeds: ({ ' +
      `embedding }) => ({ ${name}: embedding${inputs.length > 1 ? ', …' : ''} }).`,
  };
}
