import { expect, it } from 'vitest';
import type { ModelSpec, Tensors, ZooEvent } from '../contract/index.js';
import { createFakeBackend } from '../testing/fake-backend.js';
import { testClasses, testEncoder } from '../testing/test-heads.js';
import { createTestImage } from '../testing/test-image.js';
import { createZoo } from './create-zoo.js';

const isEncoder = ({ sha256 }: ModelSpec) => sha256 === testEncoder.trained.model.sha256;
const images = await Promise.all([1, 2, 3, 4].map((seed) => createTestImage({ seed })));

it('a person who joins the encoder run of a batch call, while it waits, does not wait behind the batch', async () => {
  let release: () => void = () => undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  let begin: () => void = () => undefined;
  const begun = new Promise<void>((resolve) => (begin = resolve));
  let isHeld = true;
  const run = async (_: Tensors, spec: ModelSpec) => {
    if (isEncoder(spec) && isHeld) {
      begin();
      await held;
    }
    isHeld = false;
    return undefined;
  };
  const encoded: string[] = [];
  const observer = (event: ZooEvent) => {
    if (event.type === 'run' && event.role === 'encoder') encoded.push(event.trace!);
  };
  const backend = createFakeBackend({ isBlocking: true, run });
  const zoo = await createZoo({ heads: [testClasses], backend, observer, batching: { fake: false } });
  const ask = (index: number, options: object) =>
    zoo.analyze(images[index]!, { 'test-classes': {} }, { trace: `image ${index}`, ...options });

  const inBatch = (index: number) => ask(index, { priority: 'batch', caller: 'nightly' });
  const first = inBatch(0);
  await begun; // alone, since any of several may be decoded first
  const batch = [first, ...[1, 2, 3].map(inBatch)];
  await new Promise((resolve) => setTimeout(resolve, 200)); // the others are decoded, and wait for the device
  const person = ask(3, { priority: 'interactive', caller: 'ward 3' });
  await new Promise((resolve) => setTimeout(resolve, 50));
  release();
  expect(await person).toMatchObject({ 'test-classes': { ok: true } });
  await Promise.all(batch);
  expect(encoded).toHaveLength(4);
  expect(encoded.indexOf('image 3')).toBe(1); // the first was under way
  await zoo.close();
});
