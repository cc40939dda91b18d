import { describe, expect, it, onTestFinished } from 'vitest';
import type { ModelFile, ModelProgress, TrainedEncoder } from '../contract/index.js';
import { chooseFile, filesOfModel } from '../contract/model/model-files.js';
import { createFakeBackend } from '../testing/fake-backend.js';
import { testClasses, testMasks, testVariantEncoder } from '../testing/test-heads.js';
import { createTestImage } from '../testing/test-image.js';
import type { ZooConfig } from './config/zoo-config.js';
import { createZoo } from './create-zoo.js';
import { prefetchModels } from './models/prefetch-models.js';

const { trained } = testVariantEncoder;
const [variant] = trained.variants!;
const REFERENCE = { encoder: { sha256: trained.model.sha256 }, encoderPrecision: 'reference' };
const VARIANT = { encoder: { sha256: variant!.sha256 }, encoderPrecision: 'int8-static' };

const image = await createTestImage();
const asked = { 'test-masks': {}, 'test-classes': {} };

const headsOn = (encoder: TrainedEncoder) =>
  [
    { ...testMasks, encoder: { ...testVariantEncoder, trained: encoder } },
    { ...testClasses, encoder: { ...testVariantEncoder, trained: encoder } },
  ] as const;

async function openZoo(config: Omit<ZooConfig, 'heads' | 'headProviders'> = {}, encoder: TrainedEncoder = trained) {
  const zoo = await createZoo({ heads: headsOn(encoder), ...(config.backend ? {} : { threads: 1 }), ...config });
  onTestFinished(() => zoo.close());
  return zoo;
}

type Opened = Awaited<ReturnType<typeof openZoo>>;

async function ask(zoo: Opened, bytes = image) {
  const { 'test-masks': masks, 'test-classes': classes } = await zoo.analyze(bytes, asked);
  if (!masks.ok || !classes.ok) throw new Error('no answer');
  return { scores: classes.value.scores, provenance: classes.provenance };
}

const withVariant = (changes: object): TrainedEncoder => ({ ...trained, variants: [{ ...variant!, ...changes }] });

describe('an encoder with a variant for the CPU', () => {
  it('runs it, or the reference if that is asked for, and says so', async () => {
    const auto = await openZoo();
    const reference = await openZoo({ precision: 'reference' });
    const [fast, exact] = [await ask(auto), await ask(reference)];
    expect(fast.provenance).toMatchObject(VARIANT);
    expect(exact.provenance).toMatchObject(REFERENCE);
    expect(fast.scores).not.toEqual(exact.scores);
    const modelsOf = (zoo: Opened) => zoo.runtime().processes[0]!.models.filter(({ id }) => id === 'test-encoder');
    expect(modelsOf(auto)).toMatchObject([{ sha256: variant!.sha256, precision: 'int8-static' }]);
    expect(modelsOf(reference)).toMatchObject([{ sha256: trained.model.sha256, precision: 'reference' }]);
    // Kept answers say the same.
    expect(await ask(auto)).toMatchObject({ scores: fast.scores, provenance: { ...VARIANT, cached: true } });
  });

  it('runs the reference where the variant is for another provider', async () => {
    expect((await ask(await openZoo({}, withVariant({ providers: ['cuda'] })))).provenance).toMatchObject(REFERENCE);
  });

  it('runs what is for the CPU where a GPU was asked for and could not be had', async () => {
    const zoo = await openZoo({ providers: ['cuda', 'cpu'] });
    const { provenance } = await ask(zoo);
    expect(provenance).toMatchObject(provenance.encoderProvider === 'cpu' ? VARIANT : REFERENCE);
  });

  it.each([
    ['is not there', { url: new URL('nowhere.onnx', trained.model.url).href }],
    ['is another file than was declared', { sha256: '0'.repeat(64) }],
    ['is larger than was declared', { bytes: 1 }],
  ])('fails by its name when its file %s, whatever else could run', async (_, changes) => {
    for (const providers of [['cpu'], ['cuda', 'cpu']]) {
      const zoo = await openZoo({ providers }, withVariant({ ...changes, providers: ['cpu', 'cuda'] }));
      const { 'test-classes': outcome } = await zoo.analyze(image, asked);
      expect(outcome).toMatchObject({
        ok: false,
        error: {
          code: 'WEIGHTS_CORRUPT',
          message: expect.stringMatching(/variant "int8-static" cannot be opened: .*precision: 'reference'/) as string,
        },
      });
    }
  });

  it('fails by its name when its tensors are not those of the model', async () => {
    const { url, sha256, bytes } = testClasses.trained.model;
    const zoo = await openZoo({}, withVariant({ url, sha256, bytes }));
    const { 'test-classes': outcome } = await zoo.analyze(image, asked);
    expect(outcome).toMatchObject({
      ok: false,
      error: { code: 'MODEL_MISMATCH', message: expect.stringContaining('variant "int8-static"') as string },
    });
  });

  it('is refused beside a head that brings the same encoder with other variants', async () => {
    const [masks] = headsOn(trained);
    await expect(createZoo({ heads: [masks, testClasses], threads: 1 })).rejects.toThrow('with other `variants`');
  });

  it('takes no wish for a precision where something else runs the models', async () => {
    const opening = openZoo({ backend: createFakeBackend(), precision: 'reference' });
    await expect(opening).rejects.toThrow('precision is kept by ONNX Runtime');
    await expect(openZoo({ precision: 'int8' as never })).rejects.toThrow('precision is one of "auto", "reference"');
  });
});

describe('embeddings of two precisions', () => {
  it('never mix in a store that zoos share', async () => {
    const map = new Map<string, string>();
    const embeddingStore = {
      get: (key: string) => Promise.resolve(map.get(key)),
      set: (key: string, value: string) => Promise.resolve(map.set(key, value)),
    };
    const counts = (zoo: Opened) => zoo.runtime().processes[0]!.embeddingStore!;
    const scores = [];
    for (const precision of ['auto', 'reference', 'auto', 'reference'] as const) {
      const zoo = await openZoo({ precision, embeddingStore });
      const { scores: found, provenance } = await ask(zoo);
      expect(provenance).toMatchObject(precision === 'auto' ? VARIANT : REFERENCE);
      await zoo.close();
      expect(counts(zoo)).toMatchObject(scores.length < 2 ? { hits: 0, misses: 1 } : { hits: 1, misses: 0 });
      scores.push(found);
    }
    expect(map.size).toBe(2);
    expect(scores.slice(2)).toEqual(scores.slice(0, 2));
    expect(scores[0]).not.toEqual(scores[1]);
  });

  it('are opened with the file that their weights lie in', () => {
    const { url, sha256, bytes } = trained.model;
    const borrowing = filesOfModel(withVariant({ data: { url, sha256, bytes } }));
    expect(chooseFile(borrowing, 'cpu').spec).toMatchObject({ sha256: variant!.sha256, data: { url, sha256, bytes } });
    expect(chooseFile(borrowing, 'cuda').spec).not.toHaveProperty('data');
  });

  it('never mix in memory, when a model that was closed is opened from another file', async () => {
    const files = filesOfModel(trained);
    const both = [chooseFile(files, 'cuda'), chooseFile(files, 'cpu')] as const;
    let opened: ModelFile = both[0];
    const isEncoder = ({ sha256 }: { sha256: string }) => sha256 === trained.model.sha256;
    const backend = createFakeBackend({
      filesOf: (spec) => (isEncoder(spec) ? both : [{ precision: 'reference', spec }]),
      file: (spec) => (isEncoder(spec) ? opened : undefined),
      // Room for one model: each use of a head closes the encoder.
      provider: () => 'cpu',
      memory: { devicesOf: () => ['cpu'], unreturnedBytes: () => 0 },
      memoryBytes: () => 2 ** 30,
    });
    const zoo = await openZoo({ backend, memoryBudget: '1GiB' });
    const runs = () => backend.runs.filter(isEncoder).length;
    const other = await createTestImage({ seed: 2 });

    expect((await ask(zoo)).provenance).toMatchObject({ ...REFERENCE, cached: false });
    expect((await ask(zoo)).provenance).toMatchObject({ ...REFERENCE, cached: true });
    expect(runs()).toBe(1);
    opened = both[1]; // the card has gone
    // Looked for by the digest of the file that ran last, and kept by that of the one that runs now.
    expect((await ask(zoo, other)).provenance).toMatchObject({ ...VARIANT, cached: false });
    expect((await ask(zoo, other)).provenance).toMatchObject({ ...VARIANT, cached: true });
    expect(runs()).toBe(2);
    // What the card made is no answer any more.
    expect((await ask(zoo)).provenance).toMatchObject({ ...VARIANT, cached: false });
    expect(runs()).toBe(3);
  });

  it('are asked for in each window and each file once, by callers at the same time', async () => {
    const zoo = await openZoo();
    const answers = await Promise.all([ask(zoo), ask(zoo), ask(zoo)]);
    for (const { provenance } of answers) expect(provenance).toMatchObject(VARIANT);
    expect(new Set(answers.map(({ scores }) => JSON.stringify(scores))).size).toBe(1);
  });
});

describe('a prefetch', () => {
  async function prefetched(config: Partial<ZooConfig>): Promise<string[]> {
    const told: ModelProgress[] = [];
    const heads = headsOn(trained);
    await prefetchModels({ ...config, heads }, { onProgress: (progress) => told.push(progress) });
    const zoo = await createZoo({ ...config, heads, threads: 1 });
    onTestFinished(() => zoo.close());
    const again: ModelProgress[] = [];
    await zoo.prefetch({ onProgress: (progress) => again.push(progress) });
    const digests = (all: readonly ModelProgress[]) => [
      ...new Set(all.filter(({ model }) => model === 'test-encoder').map(({ sha256 }) => sha256)),
    ];
    expect(digests(again)).toEqual(digests(told));
    return digests(told);
  }

  it('brings the files that the providers of the config may run', async () => {
    const { sha256 } = trained.model;
    expect(await prefetched({})).toEqual([variant!.sha256]);
    expect(await prefetched({ precision: 'reference' })).toEqual([sha256]);
    expect(await prefetched({ providers: ['cuda', 'cpu'] })).toEqual([sha256, variant!.sha256]);
    expect(await prefetched({ providers: ['cuda'], encoderProviders: { 'test-encoder': ['cpu'] } })).toEqual([
      variant!.sha256,
    ]);
  });

  it('names the variant whose file is damaged', async () => {
    const heads = headsOn(withVariant({ sha256: '0'.repeat(64) }));
    await expect(prefetchModels({ heads })).rejects.toThrow('variant "int8-static" cannot be opened');
  });
});
