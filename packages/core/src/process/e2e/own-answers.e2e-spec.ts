import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Zoo } from '../../contract/index.js';
import type { testClasses, testMasks } from '../../testing/test-heads.js';
import { createTestImage } from '../../testing/test-image.js';
import { connectZoo } from '../connect-zoo.js';

/** Starts from the build: `npm test` makes it. */
const config = new URL('../../../test/test-zoo.config.mjs', import.meta.url);
const image = await createTestImage();

let zoo: Zoo<readonly [typeof testMasks, typeof testClasses]>;
beforeAll(async () => void (zoo = await connectZoo({ config })), 60_000);
afterAll(() => zoo.close());

describe('the answer of a worker', () => {
  it.each(['first', 'kept'])('holds typed arrays whose memory holds nothing else: the %s one', async () => {
    const options = { encodings: ['png', 'probabilities'] } as const;
    const { 'test-masks': outcome } = await zoo.analyze(image, { 'test-masks': { threshold: 0.1 } }, options);
    const [mask] = outcome.ok ? outcome.value.masks : [];
    for (const { buffer, byteLength } of [mask!.png!, mask!.probabilities!.values])
      expect(buffer.byteLength).toBe(byteLength);
  });

  it('that is late says how long its caller allowed, not what the worker was left with', async () => {
    for (const deadlineMs of [1, 2, 3, 4, 5, 6, 8, 10]) {
      const other = await createTestImage({ seed: 100 + deadlineMs, width: 900, height: 700 });
      const { 'test-classes': late } = await zoo.analyze(other, { 'test-classes': {} }, { deadlineMs });
      if (!late.ok) expect(late.error).toMatchObject({ code: 'DEADLINE_EXCEEDED', details: { deadlineMs } });
    }
  });
});

it('is closed at the end of `await using`, and says so', async () => {
  const short = await connectZoo({ config });
  expect(short.runtime().state).toBe('ready');
  await short[Symbol.asyncDispose]();
  expect(short.runtime()).toMatchObject({ state: 'degraded', reason: expect.stringContaining('closed') as string });
  await expect(short.analyze(image, { 'test-classes': {} })).rejects.toMatchObject({ code: 'BACKEND_UNAVAILABLE' });
});
