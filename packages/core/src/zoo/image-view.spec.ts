import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeTiff } from '../../test/write-tiff.js';
import type { Zoo } from '../contract/index.js';
import { createFakeBackend } from '../testing/fake-backend.js';
import { testClasses } from '../testing/test-heads.js';
import { createZoo } from './create-zoo.js';
import { createImageSource, imageKey } from '../image/source/image-source.js';

const [width, height] = [12, 8];
const pageOf = (seed: number) => ({
  width,
  height,
  strips: [Uint16Array.from({ length: width * height }, (_, index) => seed * 1000 + ((index * seed) % 97))],
});
const stack = writeTiff([pageOf(3), pageOf(7)]);
const heads = [testClasses] as const;
const stored = new Map<string, string>();
const store = {
  get: (key: string) => Promise.resolve(stored.get(key)),
  set: (key: string, value: string) => Promise.resolve(void stored.set(key, value)),
};
let zoo: Zoo<typeof heads>;

beforeAll(async () => void (zoo = await createZoo({ heads, backend: createFakeBackend(), embeddingStore: store })));
afterAll(() => zoo.close());

async function ask(view?: object) {
  const { 'test-classes': outcome } = await zoo.analyze(stack, { 'test-classes': {} }, view ? { view } : {});
  if (!outcome.ok) throw outcome.error;
  return outcome.provenance;
}

describe('the view of an image', () => {
  it('is told in provenance, and is part of what an answer is known by', async () => {
    const first = await ask();
    expect(first.view).toMatchObject({ frame: 0, frames: 2, window: { source: 'percentiles' } });
    expect(first.cached).toBe(false);
    expect((await ask()).cached).toBe(true);

    const second = await ask({ frame: 1 });
    expect(second).toMatchObject({ cached: false, view: { frame: 1, frames: 2 } });
    expect(second.image.sha256).toBe(first.image.sha256);
    const windowed = await ask({ frame: 1, window: { center: 7050, width: 100 } });
    expect(windowed).toMatchObject({
      cached: false,
      view: { frame: 1, window: { center: 7050, width: 100, source: 'request' } },
    });
    expect((await ask({ window: { center: 7050, width: 100 }, frame: 1 })).cached).toBe(true);
    await expect.poll(() => stored.size).toBe(3);
  });

  it('is checked before any work', async () => {
    await expect(ask({ frame: -1 })).rejects.toMatchObject({ code: 'INVALID_PARAM' });
    await expect(ask({ page: 1 })).rejects.toMatchObject({
      code: 'INVALID_PARAM',
      message: 'There is no option view.page; there are view.frame, view.window, view.slices.',
    });
    await expect(ask({ frame: 2 })).rejects.toMatchObject({ code: 'INVALID_PARAM', message: /no frame 2/ });
  });

  it('makes a key of its own, but for the default', () => {
    expect(imageKey('a')).toBe('a');
    const keys = [
      {},
      { frame: 0 },
      { frame: 1 },
      { window: { center: 1, width: 2 } },
      { window: { center: 2, width: 2 } },
    ];
    expect(new Set(keys.map((view) => imageKey('a', view))).size).toBe(keys.length);
  });
});

describe('bytes in memory that threads share', () => {
  it.each([1000, 300_000])('have the digest of the same bytes elsewhere: %s of them', async (length) => {
    const own = Uint8Array.from({ length }, (_, index) => index % 251);
    const shared = new Uint8Array(new SharedArrayBuffer(length));
    shared.set(own);
    const { sha256, bytes } = await createImageSource(shared);
    expect(sha256).toBe((await createImageSource(own)).sha256);
    expect(bytes.buffer).toBeInstanceOf(ArrayBuffer);
    expect(bytes).toEqual(own);
  });
});
