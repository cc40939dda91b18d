import { describe, expect, it } from 'vitest';
import { createFakeBackend } from '../../testing/fake-backend.js';
import { testClasses, testEncoder, testMasks } from '../../testing/test-heads.js';
import { createTestImage } from '../../testing/test-image.js';
import { createBackend } from './create-backend.js';
import { createZoo } from '../create-zoo.js';
import { planFallbacks } from './plan-providers.js';
import { defineConfig, type ZooConfig } from './zoo-config.js';

const heads = [testMasks, testClasses] as const;
const [masks, classes, encoder] = [testMasks, testClasses, testEncoder].map(({ trained }) => trained.model);

describe('providers of single models', () => {
  it('are their own fallback; the others have that of all', () => {
    const fallbacks = planFallbacks({
      heads,
      providers: ['cuda', 'cpu'],
      headProviders: { 'test-classes': ['cpu'] },
      encoderProviders: { 'test-encoder': ['cuda:1'] },
    });
    expect(fallbacks.of(masks!)).toBeUndefined();
    expect(fallbacks.of(classes!)).toMatchObject({ providers: ['cpu'], isCpuOnPurpose: true });
    expect(fallbacks.of(encoder!)).toMatchObject({ providers: ['cuda:1'], isCpuOnPurpose: false });
    expect(fallbacks.all.map(({ providers }) => providers)).toEqual([['cuda', 'cpu'], ['cuda:1'], ['cpu']]);
  });

  it.each<[Partial<ZooConfig>, string]>([
    [
      { headProviders: { 'test-clases': ['cpu'] } },
      'headProviders names "test-clases", and there is no such head in the config; there are test-masks, ' +
        'test-classes. Did you mean "test-classes"?',
    ],
    [
      { encoderProviders: { 'test-masks': ['cpu'] } },
      'encoderProviders names "test-masks", and there is no such encoder in the config; there are test-encoder.',
    ],
  ])('refuses %j', (config, message) => {
    const plan = () => planFallbacks({ heads, ...config });
    expect(plan).toThrow(expect.objectContaining({ code: 'INVALID_MANIFEST' }));
    expect(plan).toThrow(message);
  });

  it('refuses two fallbacks for one file, which is opened once', () => {
    const twin = { ...testMasks, manifest: { ...testMasks.manifest, id: 'twin' } };
    const config = { heads: [testMasks, twin] };
    expect(() => planFallbacks({ ...config, headProviders: { twin: ['cpu'] } })).toThrow(
      'give both the same providers',
    );
    const both = { twin: ['cpu'], 'test-masks': ['cpu'] };
    expect(planFallbacks({ ...config, headProviders: both }).of(masks!)).toMatchObject({ providers: ['cpu'] });
  });

  it('are typed by the ids of the heads', () => {
    defineConfig({ heads, headProviders: { 'test-masks': ['cpu'] } });
    // @ts-expect-error there is no such head
    defineConfig({ heads, headProviders: { 'test-mask': ['cpu'] } });
    // @ts-expect-error providers are a list
    defineConfig({ heads, headProviders: { 'test-masks': 'cpu' } });
  });
});

describe('createBackend', () => {
  it('opens each model on its own fallback, and keeps what kept it from the first provider', async () => {
    const backend = await createBackend({ heads, threads: 1, headProviders: { 'test-classes': ['webgpu', 'cpu'] } });
    const [plain, own] = [await backend.open(masks!), await backend.open(classes!)];
    expect(plain).toMatchObject({ provider: 'cpu', skipped: [] });
    // A machine with a graphics driver may well run it.
    if (own.provider === 'cpu') expect(own).toMatchObject({ skipped: [{ provider: 'webgpu' }] });
    else expect(own.provider).toMatch(/^webgpu/);
    await Promise.all([plain.close(), own.close()]);
  });

  it('says where an unknown provider stands', async () => {
    await expect(createBackend({ heads, headProviders: { 'test-classes': ['cdua'] } })).rejects.toMatchObject({
      code: 'BACKEND_UNAVAILABLE',
      message: expect.stringMatching(
        /^headProviders\['test-classes'\]: There is no execution provider "cdua"/,
      ) as string,
    });
  });

  it('keeps requireGpu for all but those that are put on the CPU alone', async () => {
    const config = { heads, providers: ['webgpu'], requireGpu: true, threads: 1 } as const;
    const backend = await createBackend({
      ...config,
      headProviders: { 'test-classes': ['cpu'], 'test-masks': ['webgpu', 'cpu'] },
    });
    const session = await backend.open(classes!);
    expect(session.provider).toBe('cpu');
    await session.close();
    for (const model of [masks!, encoder!]) {
      const opened = await backend.open(model).catch((error: unknown) => error);
      // Where there is no graphics driver it is refused; what may not happen is the CPU.
      if (opened instanceof Error) expect(opened).toMatchObject({ code: 'BACKEND_UNAVAILABLE' });
      else expect(opened).toMatchObject({ provider: expect.stringMatching(/^webgpu/) as string });
    }
    const onCpu = {
      headProviders: { 'test-classes': ['cpu'], 'test-masks': ['cpu'] },
      encoderProviders: { 'test-encoder': ['cpu'] },
    };
    await expect(createBackend({ ...config, ...onCpu })).rejects.toMatchObject({
      code: 'INVALID_MANIFEST',
      message: expect.stringContaining('every model is put on the CPU') as string,
    });
  });

  it('refuses them beside a backend of its own, whatever the option', async () => {
    const backend = createFakeBackend();
    for (const options of [{ headProviders: { 'test-masks': ['cpu'] } }, { encoderProviders: {} }]) {
      await expect(createBackend({ heads, backend, ...options })).rejects.toMatchObject({
        code: 'INVALID_MANIFEST',
        message: expect.stringMatching(/^(head|encoder)Providers is kept by ONNX Runtime .*"fake"/) as string,
      });
    }
  });
});

it('an answer says which provider ran its head, and which its encoder', async () => {
  const zoo = await createZoo({ heads, threads: 1, headProviders: { 'test-classes': ['webgpu', 'cpu'] } });
  const { 'test-classes': outcome } = await zoo.analyze(await createTestImage(), { 'test-classes': {} });
  const models = zoo.runtime().processes[0]!.models;
  const providerOf = (id: string) => models.find((model) => model.id === id)!.provider;
  expect(outcome.provenance).toMatchObject({
    provider: providerOf('test-classes'),
    encoderProvider: providerOf('test-encoder'),
  });
  expect(providerOf('test-encoder')).toBe('cpu');
  await zoo.close();
});
