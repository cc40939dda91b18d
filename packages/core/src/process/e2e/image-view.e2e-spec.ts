import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeTiff } from '../../../test/write-tiff.js';
import type { Zoo } from '../../contract/index.js';
import { DECODE_LIMITS } from '../../image/decoding/decode-image.js';
import type { testClasses } from '../../testing/test-heads.js';
import { knownImageSource } from '../../image/source/image-source.js';
import { connectZoo } from '../connect-zoo.js';

/** Starts from the build: `npm test` makes it. */
const config = new URL('../../../test/test-zoo.config.mjs', import.meta.url);
const [width, height] = [800, 200];
const stack = writeTiff(
  [3, 7].map((seed) => ({
    width,
    height,
    strips: [Uint16Array.from({ length: width * height }, (_, index) => seed * 1000 + ((index * seed) % 97))],
  })),
);

let zoo: Zoo<readonly [typeof testClasses]>;
beforeAll(async () => void (zoo = await connectZoo({ config })), 60_000);
afterAll(() => zoo.close());

describe('a zoo in a process of its own', () => {
  it('reads the frame and the window that were asked for, and tells them', async () => {
    const view = { frame: 1, window: { center: 7050, width: 100 } };
    const { 'test-classes': outcome } = await zoo.analyze(stack, { 'test-classes': {} }, { view });
    expect(outcome).toMatchObject({
      ok: true,
      provenance: { view: { frame: 1, frames: 2, window: { ...view.window, source: 'request' } } },
    });
    const { 'test-classes': plain } = await zoo.analyze(stack, { 'test-classes': {} });
    expect(plain).toMatchObject({
      provenance: { cached: false, view: { frame: 0, window: { source: 'percentiles' } } },
    });
    const wrong = zoo.analyze(stack, { 'test-classes': {} }, { view: { frame: -1 } });
    await expect(wrong).rejects.toMatchObject({ code: 'INVALID_PARAM' });
  });

  it('holds a large file for its frames, and answers about each', async () => {
    const about = async (frame: number) => {
      const { 'test-classes': outcome } = await zoo.analyze(stack, { 'test-classes': {} }, { view: { frame } });
      if (!outcome.ok) throw outcome.error;
      expect(outcome.provenance.view).toMatchObject({ frame, frames: 2 });
      return outcome.value;
    };
    const answers = [await about(0), await about(1)];
    expect(answers[0]).not.toEqual(answers[1]);
    expect([await about(0), await about(1)]).toEqual(answers);
  });

  it('hashes nothing again: the digest travels with its bytes', async () => {
    const told = 'd'.repeat(64);
    const { 'test-classes': outcome } = await zoo.analyze(knownImageSource(stack, told), { 'test-classes': {} });
    expect(outcome).toMatchObject({ ok: true, provenance: { image: { sha256: told } } });
  });

  it('tells its limits', () => {
    expect(zoo.limits).toEqual(DECODE_LIMITS);
  });

  it('takes bytes in memory that threads share', async () => {
    const shared = new Uint8Array(new SharedArrayBuffer(stack.length));
    shared.set(stack);
    expect(stack.length).toBeGreaterThan(256 * 1024);
    expect(await zoo.analyze(shared, { 'test-classes': {} })).toMatchObject({ 'test-classes': { ok: true } });
  });
});
