import { expect, it, onTestFinished } from 'vitest';
import { startOipServer } from '../test/oip-server.js';
import { float32Tensor, type Tensor, type Tensors } from '@medzoo/core/contract';
import { createTestImage, sampleTensors, testEncoder, testMasks } from '@medzoo/core/testing';
import { createZoo } from '@medzoo/core';
import { createRemoteBackend } from './remote-backend.js';

const [encoder, masks] = [testEncoder.trained.model, testMasks.trained.model];
const CALLS = [1, 2, 3, 4];

function repeat({ shape, data }: Tensor, count: number): Tensor {
  const values = Float32Array.from({ length: count * data.length }, (_, index) => Number(data[index % data.length]));
  return float32Tensor([count, ...shape.slice(1)], values);
}

/** Answers each item in the same way, whatever is with it. */
const answer = ({ outputs }: typeof masks) => {
  const item = sampleTensors(outputs);
  return (feeds: Tensors) => {
    const count = Object.values(feeds)[0]!.shape[0]!;
    return Object.fromEntries(Object.entries(item).map(([name, tensor]) => [name, repeat(tensor, count)]));
  };
};

it('a server is sent runs that were asked for at one time together, where the config says so', async () => {
  const server = await startOipServer({
    models: { encoder: { spec: encoder, run: answer(encoder) }, masks: { spec: masks, run: answer(masks) } },
  });
  onTestFinished(server.close);
  const zoo = await createZoo({
    heads: [testMasks],
    cacheBytes: 0,
    backend: createRemoteBackend({
      urls: [server.url],
      modelName: ({ sha256 }) => (sha256 === encoder.sha256 ? 'encoder' : 'masks'),
    }),
    batching: { remote: { maxBatch: CALLS.length, waitMs: 1000 } },
  });
  onTestFinished(() => zoo.close());
  const images = await Promise.all(CALLS.map((seed) => createTestImage({ seed })));
  const ask = async () => {
    const before = server.infers.length;
    const outcomes = await Promise.all(images.map((image) => zoo.analyze(image, { 'test-masks': {} })));
    for (const outcome of outcomes) expect(outcome['test-masks']).toMatchObject({ ok: true });
    return server.infers.length - before;
  };
  // The first joined run of each model is held against runs alone.
  expect(await ask()).toBe(2 * (1 + CALLS.length));
  expect(await ask()).toBe(2);
});
