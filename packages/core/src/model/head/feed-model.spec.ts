import { expect, it } from 'vitest';
import { float32Tensor, type FeedInput, type Head, type Tensors } from '../../contract/index.js';
import { testClasses } from '../../testing/index.js';
import { feedModel } from './feed-model.js';
import { findInputFault } from './find-input-fault.js';

const input: FeedInput = {
  embedding: float32Tensor([1, 4, 2, 2]),
  image: float32Tensor([1, 3, 8, 8]),
  params: {},
  toModelSpace: (point) => point,
};

function headOf(names: readonly string[], feeds?: (input: FeedInput) => Tensors): Pick<Head, 'feeds' | 'trained'> {
  const { trained } = testClasses;
  const inputs = names.map((name) => ({ name, dtype: 'float32' as const, shape: ['batch'] }));
  return { trained: { ...trained, model: { ...trained.model, inputs } }, ...(feeds && { feeds }) };
}

it('feeds the embedding, and the image where the model takes it', () => {
  expect(Object.keys(feedModel(headOf(['embedding']), input))).toEqual(['embedding']);
  expect(feedModel(headOf(['image', 'embedding']), input)).toEqual({ embedding: input.embedding, image: input.image });
});

it('leaves it to a head that says how its model is fed', () => {
  const feeds = ({ embedding }: FeedInput): Tensors => ({ features: embedding });
  expect(feedModel(headOf(['features', 'image'], feeds), input)).toEqual({ features: input.embedding });
});

it('finds a fault in inputs that nobody feeds', () => {
  const faultOf = (...names: string[]) => findInputFault(headOf(names).trained.model.inputs, {})?.message;
  expect(faultOf('embedding')).toBeUndefined();
  expect(faultOf('embedding', 'image')).toBeUndefined();
  expect(faultOf('image')).toMatch(/is fed "embedding"/);
  expect(faultOf('embedding', 'prompt')).toMatch(/"image" if it takes that too/);
});
