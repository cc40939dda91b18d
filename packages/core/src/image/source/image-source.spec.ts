import { describe, expect, it } from 'vitest';
import { createFakeBackend } from '../../testing/fake-backend.js';
import { testClasses } from '../../testing/test-heads.js';
import { createTestImage } from '../../testing/test-image.js';
import { createZoo } from '../../zoo/create-zoo.js';
import { createImageSource, imageKey, isImageSource, knownImageSource } from './image-source.js';

const image = await createTestImage();

describe('an image source', () => {
  it('is a copy, so that whoever fills the buffer again changes nothing', async () => {
    const given = Uint8Array.from(image);
    const making = createImageSource(given, { frame: 0 });
    given.fill(0);
    const { bytes, sha256, view } = await making;
    expect(Buffer.from(bytes).equals(image)).toBe(true);
    expect(sha256).toBe((await createImageSource(image)).sha256);
    expect(view).toEqual({ frame: 0 });
  });

  it('carries its digest to provenance: nobody hashes its bytes again', async () => {
    const zoo = await createZoo({ heads: [testClasses], backend: createFakeBackend() });
    const told = 'd'.repeat(64);
    const ask = async (view?: object) =>
      (await zoo.analyze(knownImageSource(image, told, { frame: 0 }), { 'test-classes': {} }, view && { view }))[
        'test-classes'
      ];
    const outcome = await ask();
    expect(outcome).toMatchObject({ ok: true, provenance: { image: { sha256: told }, cached: false } });
    expect(await ask()).toMatchObject({ provenance: { cached: true } });
    expect(await ask({ window: { center: 100, width: 50 } })).toMatchObject({
      provenance: { cached: false, view: { window: { source: 'request' } } },
    });
    await zoo.close();
  });

  it('is what was made here, and nothing that looks like one', async () => {
    const zoo = await createZoo({ heads: [testClasses], backend: createFakeBackend() });
    const forged = { bytes: image, sha256: 'd'.repeat(64), view: {} };
    expect(isImageSource(forged)).toBe(false);
    await expect(zoo.analyze(forged, { 'test-classes': {} })).rejects.toMatchObject({ code: 'INVALID_IMAGE' });
    expect(() => knownImageSource(image, 'no digest')).toThrow(expect.objectContaining({ code: 'INVALID_PARAM' }));
    await expect(createImageSource(image, { frame: -1 })).rejects.toMatchObject({ code: 'INVALID_PARAM' });
    await zoo.close();
  });

  it('has a key of its own for each view', () => {
    const window = { center: 1, width: 2 };
    const views = [
      { slices: 'axial' },
      { slices: 0 },
      { window },
      { window: { ...window, function: 'SIGMOID' } },
    ] as const;
    expect(new Set(views.map((view) => imageKey('a', view))).size).toBe(views.length);
  });
});
