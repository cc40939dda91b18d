import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Head, TrainedModel } from '../contract/index.js';
import { readModelFile } from '../model/read-model-file.js';
import { testClasses, testMasks, testNan } from '../testing/test-heads.js';
import { createTestImage } from '../testing/test-image.js';
import { createZoo } from './create-zoo.js';

const MODELS = fileURLToPath(new URL('../../test-models/', import.meta.url));
const image = await createTestImage();
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'medzoo-faults-'));
});
afterAll(() => rm(folder, { recursive: true }));

interface Json {
  model: { sha256: string; bytes: number; inputs: { name: string }[]; outputs: { dtype: string }[] };
}

/** The model of `testClasses` with other bytes, whose digest its file gives. */
async function headWith(
  name: string,
  change: (bytes: Buffer) => Buffer,
  edit: (json: Json) => void = () => undefined,
): Promise<Head> {
  const bytes = change(await readFile(`${MODELS}classes.onnx`));
  const json = JSON.parse(await readFile(`${MODELS}classes.json`, 'utf8')) as Json;
  json.model.sha256 = createHash('sha256').update(bytes).digest('hex');
  json.model.bytes = bytes.length;
  edit(json);
  await writeFile(join(folder, 'classes.onnx'), bytes);
  await writeFile(join(folder, `${name}.json`), JSON.stringify(json));
  return { ...testClasses, trained: readModelFile(join(folder, `${name}.json`)) };
}

/** The file ends with its one opset: no domain, and the version. */
function withOpset(version: number) {
  return (bytes: Buffer): Buffer => {
    expect(bytes.subarray(-2)).toEqual(Buffer.of(0x10, 17));
    return Buffer.concat([bytes.subarray(0, -1), Buffer.of(version)]);
  };
}

/** The weights follow their name; the second of them becomes NaN. */
function withNan(bytes: Buffer): Buffer {
  const at = bytes.indexOf('classify', bytes.indexOf('classify') + 1) + 'classify'.length;
  const changed = Buffer.from(bytes);
  changed.writeFloatLE(NaN, at + 3 + 4); // after the tag and the length, which takes two bytes
  return changed;
}

describe('a model that its author made wrong', () => {
  it.each<[string, (bytes: Buffer) => Buffer, RegExp]>([
    ['an opset that is too new', withOpset(29), /cannot load the model.*Opset 29.*opset of at most 26/s],
    ['a weight that is NaN', withNan, /weight "classify" holds NaN.*export the model again/],
    ['a file that is cut off', (bytes) => bytes.subarray(0, 100), /cannot load the model, whose file is whole/],
  ])('with %s is the author’s fault, at start-up and when it is asked', async (name, change, message) => {
    const head = await headWith(name, change);
    const fault = { code: 'MODEL_MISMATCH', blame: 'author', retryable: false };
    const expected = { ...fault, message: expect.stringMatching(message) as string };
    await expect(createZoo({ heads: [head], threads: 1, warmUp: true })).rejects.toMatchObject(expected);
    const zoo = await createZoo({ heads: [testMasks, head], threads: 1 });
    expect(await zoo.analyze(image, { 'test-masks': {}, 'test-classes': {} })).toMatchObject({
      'test-masks': { ok: true },
      'test-classes': { ok: false, error: expected },
    });
    await zoo.close();
  });

  it('that answers NaN whatever comes in is the author’s fault too', async () => {
    const fault = { code: 'MODEL_MISMATCH', blame: 'author', details: { output: 'logits', value: 'NaN' } };
    await expect(createZoo({ heads: [testNan], threads: 1, warmUp: true })).rejects.toMatchObject(fault);
    const zoo = await createZoo({ heads: [testNan], threads: 1 });
    expect(await zoo.analyze(image, { 'test-nan': {} })).toMatchObject({ 'test-nan': { ok: false, error: fault } });
    await zoo.close();
  });

  it('whose input has another name than the head feeds is refused, with what to write', async () => {
    const { trained } = testClasses;
    const inputs = trained.model.inputs.map((input) => ({ ...input, name: 'features' }));
    const renamed: TrainedModel = { ...trained, model: { ...trained.model, inputs } };
    const refused = createZoo({ heads: [{ ...testClasses, trained: renamed }] });
    await expect(refused).rejects.toMatchObject({
      code: 'INVALID_MANIFEST',
      blame: 'author',
      message: expect.stringMatching(
        /fed "embedding".*declares features float32.*feeds: \(\{ embedding \}\) => \(\{ "features": embedding \}\)/,
      ) as string,
    });
  });

  it('whose answers keep no contract is refused at the warm-up, before anybody asks', async () => {
    const head: Head = { ...testClasses, decode: () => ({ scores: [] }) };
    await expect(createZoo({ heads: [head], threads: 1, warmUp: true })).rejects.toMatchObject({
      code: 'HEAD_FAILED',
      message: expect.stringContaining('"test-classes" decoded no valid classification') as string,
    });
  });
});
