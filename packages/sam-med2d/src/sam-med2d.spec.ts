import { createHash } from 'node:crypto';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { createZoo, defineConfig } from '@medzoo/core';
import sharp from 'sharp';
import { expect, expectTypeOf, describe, it, onTestFinished } from 'vitest';
import { promptable } from './promptable.js';
import { samMed2d } from './sam-med2d.js';

/** Our own small size, laid out as the converter lays out a checkpoint. */
async function createFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'medzoo-sam-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await cp(fileURLToPath(new URL('../weights/', import.meta.url)), folder, { recursive: true });
  return folder;
}

type Json = Record<string, unknown> & { model: Record<string, unknown> };

async function edit(folder: string, name: string, change: (json: Json) => unknown): Promise<void> {
  const path = join(folder, name);
  await writeFile(path, JSON.stringify(change(JSON.parse(await readFile(path, 'utf8')) as Json)));
}

async function digestOf(folder: string, name: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(join(folder, name)))
    .digest('hex');
}

async function serve(folder: string): Promise<{ readonly url: string; readonly asked: string[] }> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url!, 'http://localhost');
    asked.push(request.url!);
    readFile(join(folder, basename(pathname))).then(
      (bytes) => response.end(bytes),
      () => response.writeHead(404).end(),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

const picture = await sharp({ create: { width: 90, height: 60, channels: 3, background: '#334' } })
  .png()
  .toBuffer();
const prompts = { box: { x: 10, y: 5, width: 60, height: 40 } };

it('samMed2d refuses an unknown option, with the nearest name', () => {
  expect(() => samMed2d({ model: 'model.json', decoderSha: 'x' } as never)).toThrow(
    'samMed2d has no option decoderSha; there are model, id, sha256, decoderSha256, weights. Did you mean "decoderSha256"?',
  );
});

describe('samMed2d from a folder', () => {
  it('is a promptable head on that encoder, which answers at once', async () => {
    const folder = await createFolder();
    const own = samMed2d({ model: join(folder, 'model.json'), id: 'own' });
    expectTypeOf(own.manifest.id).toEqualTypeOf<'own'>();
    expect(own.encoder.trained.model.url).toBe(pathToFileURL(join(folder, 'encoder.onnx')).href);
    const zoo = await createZoo(defineConfig({ heads: [own, promptable], warmUp: true }));
    const { own: answer, promptable: known } = await zoo.analyze(picture, { own: prompts, promptable: prompts });
    expect(answer).toMatchObject({ ok: true });
    expect(answer.ok && known.ok && answer.value.masks[0]?.rle).toEqual(known.ok && known.value.masks[0]?.rle);
    await zoo.close();
  });

  it('takes a file: URL and a path from the working directory', async () => {
    const folder = await createFolder();
    expect(samMed2d({ model: pathToFileURL(join(folder, 'model.json')) }).manifest.id).toBe('sam-med2d');
    expect(samMed2d({ model: 'packages/sam-med2d/weights/model.json' }).encoder.trained.model).toEqual(
      promptable.encoder.trained.model,
    );
  });

  it.each<[string, (json: Json) => unknown, string, RegExp]>([
    ['model.json', () => 3, 'INVALID_MANIFEST', /model\.json is not valid/],
    ['model.json', ({ preprocess: _, ...rest }) => rest, 'INVALID_MANIFEST', /model\.json is not valid.*preprocess: /],
    [
      'model.json',
      (json) => ({
        ...json,
        model: { ...json.model, outputs: [{ name: 'embedding', dtype: 'float32', shape: ['b', 64] }] },
      }),
      'MODEL_MISMATCH',
      /encoder .* must have one embedding float32 \[batch, features, rows, columns\]; .* embedding float32 \[b, 64\]/,
    ],
    [
      'model.json',
      (json) => ({
        ...json,
        model: { ...json.model, outputs: [{ name: 'embedding', dtype: 'float32', shape: ['b', 128, 16, 16] }] },
      }),
      'MODEL_MISMATCH',
      /decoder .* must have embedding float32 \[any, 128, 16, 16\].*declares embedding float32 \[batch, 256, 16, 16\]/,
    ],
    [
      'decoder.json',
      (json) => ({
        ...json,
        model: { ...json.model, outputs: [{ name: 'masks', dtype: 'float32', shape: ['b', 1, 64, 64] }] },
      }),
      'MODEL_MISMATCH',
      /decoder .* must have masks float32 \[any, 2, any, any\]; iou/,
    ],
  ])('says what is wrong with %s (%#)', async (name, change, code, message) => {
    const folder = await createFolder();
    await edit(folder, name, change);
    expect(() => samMed2d({ model: join(folder, 'model.json') })).toThrow(
      expect.objectContaining({ code, message: expect.stringMatching(message) as string }),
    );
  });

  it('says which file is missing', async () => {
    const folder = await createFolder();
    await rm(join(folder, 'decoder.json'));
    expect(() => samMed2d({ model: join(folder, 'model.json') })).toThrow(/decoder\.json cannot be read/);
    expect(() => samMed2d({ model: join(folder, 'nowhere', 'model.json') })).toThrow(/model\.json cannot be read/);
    expect(() => samMed2d({} as never)).toThrow(/samMed2d needs `model`.*got undefined/);
  });

  it('finds other weights than its model file declares when they are wanted', async () => {
    const folder = await createFolder();
    await writeFile(join(folder, 'encoder.onnx'), 'another');
    const zoo = await createZoo({ heads: [samMed2d({ model: join(folder, 'model.json') })] });
    await expect(zoo.prefetch()).rejects.toMatchObject({ code: 'WEIGHTS_CORRUPT' });
    await rm(join(folder, 'encoder.onnx'));
    await expect(zoo.prefetch()).rejects.toMatchObject({
      code: 'WEIGHTS_CORRUPT',
      message: expect.stringContaining('encoder.onnx cannot be read') as string,
    });
    await zoo.close();
  });
});

describe('samMed2d from a URL', () => {
  async function createServed() {
    const [folder, cacheFolder] = [await createFolder(), await createFolder()];
    const pins = {
      sha256: await digestOf(folder, 'model.json'),
      decoderSha256: await digestOf(folder, 'decoder.json'),
    };
    const { url, asked } = await serve(folder);
    return { model: `${url}/sam/model.json?key=secret`, asked, weights: { cacheFolder }, ...pins };
  }

  it('is fetched, verified and kept: model files at once, weights when they are wanted', async () => {
    const { asked, ...options } = await createServed();
    const head = await samMed2d(options);
    expect(asked).toEqual(['/sam/model.json?key=secret', '/sam/decoder.json']);
    const zoo = await createZoo({ heads: [head], weights: options.weights });
    await zoo.prefetch();
    expect(asked.slice(2)).toEqual(['/sam/encoder.int8.onnx', '/sam/encoder.onnx', '/sam/decoder.onnx']);
    expect(await zoo.analyze(picture, { 'sam-med2d': prompts })).toMatchObject({ 'sam-med2d': { ok: true } });
    await zoo.close();
    await samMed2d({ ...options, weights: { ...options.weights, offline: true } });
    expect(asked).toHaveLength(5);
  });

  it('refuses other files than the digests say, and tells both', async () => {
    const { asked: _, ...options } = await createServed();
    const other = '0'.repeat(64);
    await expect(samMed2d({ ...options, sha256: other })).rejects.toMatchObject({
      code: 'WEIGHTS_CORRUPT',
      details: { expected: other, found: options.sha256 },
    });
    await expect(samMed2d({ ...options, decoderSha256: other })).rejects.toMatchObject({ code: 'WEIGHTS_CORRUPT' });
    const { decoderSha256: __, ...half } = options;
    await expect(samMed2d(half as typeof options)).rejects.toMatchObject({
      code: 'INVALID_MANIFEST',
      message: expect.stringMatching(/pinned by its SHA-256.*got none for .*\/sam\/decoder\.json/) as string,
    });
  });

  it('asks for the digests, without telling the key', () => {
    const model = 'https://models.example/sam/model.json?key=secret';
    expect(() => samMed2d({ model })).toThrow(
      expect.objectContaining({
        code: 'INVALID_MANIFEST',
        message: expect.stringMatching(/^(?!.*secret).*await samMed2d\(\{ model, sha256, decoderSha256 \}\)/) as string,
      }),
    );
  });
});
