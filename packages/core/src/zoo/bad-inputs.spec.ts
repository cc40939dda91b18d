import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { crc32 } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Zoo } from '../contract/index.js';
import { readModelFile } from '../model/read-model-file.js';
import { testClasses, testMasks, testNan } from '../testing/test-heads.js';
import { createTestImage } from '../testing/test-image.js';
import { createZoo } from './create-zoo.js';

const MODELS = fileURLToPath(new URL('../../test-models/', import.meta.url));
const heads = [testMasks, testClasses, testNan] as const;
const image = await createTestImage();
const largeImage = await createTestImage({ width: 101, height: 100 });
let zoo: Zoo<typeof heads>;
let folder: string;

beforeAll(async () => {
  zoo = await createZoo({ heads, threads: 1, limits: { maxPixels: 10_000, maxBytes: 100_000 } });
  folder = await mkdtemp(join(tmpdir(), 'models-'));
});
afterAll(async () => {
  await zoo.close();
  await rm(folder, { recursive: true });
});

async function expectGoodAnswer() {
  expect(await zoo.analyze(image, { 'test-classes': {} })).toMatchObject({ 'test-classes': { ok: true } });
}

/** The PNG with another width and height in its header: a few hundred bytes that claim many pixels. */
function inflate(png: Uint8Array): Uint8Array {
  const bomb = Buffer.from(png);
  bomb.writeUInt32BE(60_000, 16);
  bomb.writeUInt32BE(60_000, 20);
  bomb.writeUInt32BE(crc32(bomb.subarray(12, 29)), 29);
  return bomb;
}

describe('an image', () => {
  it.each<[string, Uint8Array, string]>([
    ['of no bytes', new Uint8Array(), 'INVALID_IMAGE'],
    ['that is text', Buffer.from('hello'), 'INVALID_IMAGE'],
    ['cut short', image.subarray(0, image.length / 2), 'INVALID_IMAGE'],
    ['that is SVG', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), 'UNSUPPORTED_FORMAT'],
    ['with more pixels than allowed', largeImage, 'IMAGE_TOO_LARGE'],
    ['of too many bytes', new Uint8Array(100_001), 'IMAGE_TOO_LARGE'],
  ])('%s is refused by name, and the next is answered', async (_, bytes, code) => {
    await expect(zoo.analyze(bytes, { 'test-classes': {}, 'test-masks': {} })).rejects.toMatchObject({ code });
    await expectGoodAnswer();
  });

  it('that claims to be huge is refused before it is decoded', async () => {
    const refused = zoo.analyze(inflate(image), { 'test-classes': {} });
    await expect(refused).rejects.toMatchObject({ code: 'IMAGE_TOO_LARGE', details: { found: 3.6e9 } });
    await expectGoodAnswer();
  });
});

describe('a model', () => {
  it('that answers NaN fails alone', async () => {
    expect(await zoo.analyze(image, { 'test-nan': {}, 'test-masks': {} })).toMatchObject({
      'test-nan': { ok: false, error: { code: 'MODEL_MISMATCH', blame: 'author', details: { output: 'logits' } } },
      'test-masks': { ok: true },
    });
  });

  it('with one byte changed fails alone, and is fine once installed again', async () => {
    await copyFile(`${MODELS}classes.json`, join(folder, 'classes.json'));
    const weights = await readFile(`${MODELS}classes.onnx`);
    await writeFile(join(folder, 'classes.onnx'), weights.with(100, weights[100]! ^ 1));
    const trained = readModelFile(join(folder, 'classes.json'));
    const changing = await createZoo({ heads: [testMasks, { ...testClasses, trained }], threads: 1 });
    expect(await changing.analyze(image, { 'test-classes': {}, 'test-masks': {} })).toMatchObject({
      'test-classes': { ok: false, error: { code: 'WEIGHTS_CORRUPT' } },
      'test-masks': { ok: true },
    });
    await writeFile(join(folder, 'classes.onnx'), weights);
    expect(await changing.analyze(image, { 'test-classes': {} })).toMatchObject({ 'test-classes': { ok: true } });
    await changing.close();
  });

  it('whose file declares another shape fails alone, listing both', async () => {
    const { trained } = testClasses;
    const inputs = [{ name: 'embedding', dtype: 'float32', shape: ['batch', 8, 2, 2] }] as const;
    const wrong = { ...trained, model: { ...trained.model, inputs } };
    const mixed = await createZoo({ heads: [testMasks, { ...testClasses, trained: wrong }], threads: 1 });
    expect(await mixed.analyze(image, { 'test-classes': {}, 'test-masks': {} })).toMatchObject({
      'test-classes': {
        ok: false,
        error: {
          code: 'MODEL_MISMATCH',
          message: expect.stringContaining(
            'declared as embedding float32 [batch, 8, 2, 2], found embedding float32 [batch, 4, 2, 2]',
          ) as string,
        },
      },
      'test-masks': { ok: true },
    });
    await mixed.close();
  });
});
