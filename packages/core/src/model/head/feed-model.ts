import type { FeedInput, Head, Tensors } from '../../contract/index.js';

/** What a zoo feeds by itself, by the names of a model's inputs. */
const BY_ITSELF: readonly string[] = ['embedding', 'image'];

/**
 * What a head's model is fed. Without `feeds` that is the embedding, and beside it the encoder's input where the model
 * declares `image`, as heads of masks and places do that medzoo-train has written of embeddings with images.
 */
export function feedModel(head: Pick<Head, 'feeds' | 'trained'>, input: FeedInput): Tensors {
  if (head.feeds) return head.feeds(input);
  const { embedding, image } = input;
  return head.trained.model.inputs.some(({ name }) => name === 'image') ? { embedding, image } : { embedding };
}

/** Whether inputs of these names are fed to a head without `feeds`. */
export function isFedByItself(names: readonly string[]): boolean {
  return names.includes('embedding') && names.every((name) => BY_ITSELF.includes(name));
}
