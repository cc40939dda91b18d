import { describe, expect, it, onTestFinished } from 'vitest';
import { defineHead, type ModelFile, type ModelProgress, type TrainedModel } from '../contract/index.js';
import { chooseFile, filesOfModel } from '../contract/model/model-files.js';
import { createFakeBackend } from '../testing/fake-backend.js';
import { ABROAD, testDomainWith, withDomains } from '../testing/test-domains.js';
import { testClasses, testVariantClasses, testVariantEncoder } from '../testing/test-heads.js';
import { createTestImage } from '../testing/test-image.js';
import type { ZooConfig } from './config/zoo-config.js';
import { createZoo } from './create-zoo.js';
import { prefetchModels } from './models/prefetch-models.js';

const { trained } = testVariantClasses;
const [variant] = trained.variants!;
const REFERENCE = { head: { sha256: trained.model.sha256 }, headPrecision: 'reference' };
const VARIANT = { head: { sha256: variant!.sha256 }, headPrecision: 'int8-static' };

const image = await createTestImage();

const headOn = (model: TrainedModel) => ({ ...testVariantClasses, trained: model });

async function openZoo(config: Omit<ZooConfig, 'heads' | 'headProviders'> = {}, model: TrainedModel = trained) {
  const zoo = await createZoo({ heads: [headOn(model)], ...(config.backend ? {} : { threads: 1 }), ...config });
  onTestFinished(() => zoo.close());
  return zoo;
}

type Opened = Awaited<ReturnType<typeof openZoo>>;

async function ask(zoo: Opened, bytes = image) {
  const { 'test-classes': classes } = await zoo.analyze(bytes, { 'test-classes': {} });
  if (!classes.ok) throw classes.error;
  return { scores: classes.value.scores, provenance: classes.provenance };
}

const withVariant = (changes: object): TrainedModel => ({ ...trained, variants: [{ ...variant!, ...changes }] });

describe('a head with a variant for the CPU', () => {
  it('runs it, or the reference if that is asked for, and says so', async () => {
    const auto = await openZoo();
    const reference = await openZoo({ precision: 'reference' });
    const [fast, exact] = [await ask(auto), await ask(reference)];
    expect(fast.provenance).toMatchObject({ ...VARIANT, encoderPrecision: 'reference' });
    expect(exact.provenance).toMatchObject(REFERENCE);
    const apart = fast.scores.map(({ probability }, index) => Math.abs(probability - exact.scores[index]!.probability));
    expect(Math.max(...apart)).toBeGreaterThan(1e-3);
    expect(Math.max(...apart)).toBeLessThan(0.1);
    const modelsOf = (zoo: Opened) => zoo.runtime().processes[0]!.models.filter(({ id }) => id === 'test-classes');
    expect(modelsOf(auto)).toMatchObject([{ sha256: variant!.sha256, precision: 'int8-static' }]);
    expect(modelsOf(reference)).toMatchObject([{ sha256: trained.model.sha256, precision: 'reference' }]);
    // Kept answers say the same.
    expect(await ask(auto)).toMatchObject({ scores: fast.scores, provenance: { ...VARIANT, cached: true } });
  });

  it('answers with the reference as the same head without variants does', async () => {
    const alone = await createZoo({ heads: [testClasses], threads: 1 });
    onTestFinished(() => alone.close());
    const { 'test-classes': outcome } = await alone.analyze(image, { 'test-classes': {} });
    const { scores, provenance } = await ask(await openZoo({ precision: 'reference' }));
    expect(outcome).toMatchObject({ ok: true, value: { scores }, provenance: { head: provenance.head } });
  });

  it('is warmed up in the file that it will run', async () => {
    const zoo = await openZoo({ warmUp: true });
    const [open] = zoo.runtime().processes[0]!.models.filter(({ id }) => id === 'test-classes');
    expect(open).toMatchObject({ sha256: variant!.sha256, precision: 'int8-static' });
  });

  it('reads the embedding of a variant of its encoder, and tells both', async () => {
    const both = { ...testVariantClasses, encoder: testVariantEncoder };
    const zoo = await createZoo({ heads: [both], threads: 1 });
    onTestFinished(() => zoo.close());
    const { 'test-classes': outcome } = await zoo.analyze(image, { 'test-classes': {} });
    expect(outcome.provenance).toMatchObject({ ...VARIANT, encoderPrecision: 'int8-static' });
  });

  it('runs the reference where the variant is for another provider', async () => {
    expect((await ask(await openZoo({}, withVariant({ providers: ['cuda'] })))).provenance).toMatchObject(REFERENCE);
  });

  it('runs what is for the CPU where a GPU was asked for and could not be had', async () => {
    const { provenance } = await ask(await openZoo({ providers: ['cuda', 'cpu'] }));
    expect(provenance).toMatchObject(provenance.provider === 'cpu' ? VARIANT : REFERENCE);
  });

  it.each([
    ['is not there', { url: new URL('nowhere.onnx', trained.model.url).href }],
    ['is another file than was declared', { sha256: '0'.repeat(64) }],
    ['borrows its weights from another file', { data: { ...trained.model, sha256: '0'.repeat(64) } }],
  ])('fails by its name when its file %s, whatever else could run', async (_, changes) => {
    const { url, sha256, bytes } = { ...trained.model, ...('data' in changes ? changes.data : {}) };
    const data = 'data' in changes ? { data: { url, sha256, bytes } } : {};
    const zoo = await openZoo({}, withVariant({ ...changes, ...data }));
    const { 'test-classes': outcome } = await zoo.analyze(image, { 'test-classes': {} });
    expect(outcome).toMatchObject({
      ok: false,
      error: {
        code: 'WEIGHTS_CORRUPT',
        message: expect.stringMatching(/variant "int8-static" cannot be opened: .*precision: 'reference'/) as string,
      },
    });
  });

  it('fails by its name when its tensors are not those of the model', async () => {
    const { url, sha256, bytes } = testVariantEncoder.trained.model;
    const { data: _, ...own } = variant!;
    const zoo = await openZoo({}, { ...trained, variants: [{ ...own, url, sha256, bytes }] });
    const { 'test-classes': outcome } = await zoo.analyze(image, { 'test-classes': {} });
    expect(outcome).toMatchObject({
      ok: false,
      error: { code: 'MODEL_MISMATCH', message: expect.stringContaining('variant "int8-static"') as string },
    });
  });

  it('fails by its name when its weights lie in another file than `data` names', async () => {
    const { url, sha256, bytes } = testVariantEncoder.trained.model;
    const zoo = await openZoo({}, withVariant({ data: { url, sha256, bytes } }));
    const { 'test-classes': outcome } = await zoo.analyze(image, { 'test-classes': {} });
    const said =
      /variant "int8-static" cannot be opened: .*classes\.onnx.*`data` of the model file.*precision: 'reference'/;
    expect(outcome).toMatchObject({
      ok: false,
      error: { code: 'MODEL_MISMATCH', message: expect.stringMatching(said) as string },
    });
  });

  it('is opened as its model by a backend that knows nothing of variants, such as one of servers', async () => {
    const backend = createFakeBackend();
    const zoo = await openZoo({ backend });
    expect((await ask(zoo)).provenance).toMatchObject({ ...REFERENCE, provider: 'fake' });
    expect(backend.runs.map(({ sha256 }) => sha256)).toContain(trained.model.sha256);
    await expect(openZoo({ backend, precision: 'reference' })).rejects.toThrow('precision is kept by ONNX Runtime');
  });

  it('is named by its model where it refused an image before it ran', async () => {
    const zoo = await createZoo({ heads: [withDomains(testVariantClasses, testDomainWith(ABROAD))], threads: 1 });
    onTestFinished(() => zoo.close());
    const { 'test-classes': outcome } = await zoo.analyze(image, { 'test-classes': {} });
    expect(outcome).toMatchObject({ ok: false, error: { code: 'OUT_OF_DOMAIN' }, provenance: REFERENCE });
  });
});

describe('answers of two precisions', () => {
  it('never mix, when a head that was closed is opened from another file', async () => {
    const files = filesOfModel(trained);
    const both = [chooseFile(files, 'cuda'), chooseFile(files, 'cpu')] as const;
    let opened: ModelFile = both[0];
    const isHead = ({ sha256 }: { sha256: string }) => sha256 === trained.model.sha256;
    const backend = createFakeBackend({
      filesOf: (spec) => (isHead(spec) ? both : [{ precision: 'reference', spec }]),
      file: (spec) => (isHead(spec) ? opened : undefined),
      // Room for one model: each use of the encoder closes the head.
      provider: () => 'cpu',
      memory: { devicesOf: () => ['cpu'], unreturnedBytes: () => 0 },
      memoryBytes: () => 2 ** 30,
    });
    const zoo = await openZoo({ backend, memoryBudget: '1GiB' });
    const runs = () => backend.runs.filter(isHead).length;
    const other = await createTestImage({ seed: 2 });

    expect((await ask(zoo)).provenance).toMatchObject({ ...REFERENCE, cached: false });
    expect((await ask(zoo)).provenance).toMatchObject({ ...REFERENCE, cached: true });
    expect(runs()).toBe(1);
    opened = both[1]; // the card has gone
    expect((await ask(zoo, other)).provenance).toMatchObject(VARIANT);
    expect((await ask(zoo, other)).provenance).toMatchObject({ ...VARIANT, cached: true });
    expect(runs()).toBe(2);
    // What the card made is no answer any more.
    expect((await ask(zoo)).provenance).toMatchObject(VARIANT);
    expect(runs()).toBe(3);
  });

  it('share their embedding, which is that of one encoder', async () => {
    const map = new Map<string, string>();
    const embeddingStore = {
      get: (key: string) => Promise.resolve(map.get(key)),
      set: (key: string, value: string) => Promise.resolve(map.set(key, value)),
    };
    for (const precision of ['auto', 'reference'] as const) {
      const zoo = await openZoo({ precision, embeddingStore });
      expect((await ask(zoo)).provenance).toMatchObject(precision === 'auto' ? VARIANT : REFERENCE);
      await zoo.close();
    }
    expect(map.size).toBe(1);
  });
});

describe('a head that is named by the digest of a variant of its encoder', () => {
  it('is refused, whatever variants it has itself', async () => {
    const { sha256 } = testVariantEncoder.trained.variants![0]!;
    const wrong = defineHead({
      ...testVariantClasses,
      encoder: testVariantEncoder,
      trained: { ...trained, encoder: { id: 'test-encoder', sha256 } },
    });
    await expect(createZoo({ heads: [wrong], threads: 1 })).rejects.toThrow('by the digest of its variant');
  });
});

describe('a prefetch', () => {
  async function prefetched(config: Partial<ZooConfig>): Promise<string[]> {
    const told: ModelProgress[] = [];
    const onProgress = (progress: ModelProgress) => told.push(progress);
    await prefetchModels({ ...config, heads: [testVariantClasses] }, { onProgress });
    return [...new Set(told.filter(({ model }) => model === 'test-classes').map(({ sha256 }) => sha256))];
  }

  it('brings the files that the providers of the config may run, and what they borrow from', async () => {
    const { sha256 } = trained.model;
    expect(await prefetched({})).toEqual([variant!.sha256, sha256]);
    expect(await prefetched({ precision: 'reference' })).toEqual([sha256]);
    expect(await prefetched({ headProviders: { 'test-classes': ['cuda'] } })).toEqual([sha256]);
    expect(await prefetched({ providers: ['cuda'], headProviders: { 'test-classes': ['cpu'] } })).toEqual([
      ...[variant!.sha256, sha256],
    ]);
  });

  it('names the variant whose file is damaged', async () => {
    const heads = [headOn(withVariant({ sha256: '0'.repeat(64) }))];
    await expect(prefetchModels({ heads })).rejects.toThrow('variant "int8-static" cannot be opened');
  });
});
