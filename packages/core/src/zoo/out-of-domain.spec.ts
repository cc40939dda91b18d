import { describe, expect, it } from 'vitest';
import {
  writeBase64Floats,
  type AnalyzeOptions,
  type EncoderDomain,
  type Head,
  type HeadDomain,
} from '../contract/index.js';
import { digestOfDirections } from '../domain/encoder-domains.js';
import { createFakeBackend } from '../testing/fake-backend.js';
import {
  ABROAD,
  AT_HOME,
  kindOf,
  testDomain,
  testDomainEncoder,
  testDomainWith,
  withDomains,
} from '../testing/test-domains.js';
import { testClasses, testMasks } from '../testing/test-heads.js';
import { createTestImage } from '../testing/test-image.js';
import { createZoo } from './create-zoo.js';

const image = await createTestImage();

/** Of three labels, none of which it rules out. */
const sureClasses: typeof testClasses = {
  ...testClasses,
  decode: (input) => ({
    ...testClasses.decode(input),
    plausible: { labels: input.trained.labels, errorRate: 0.1 },
  }),
};
const classesWith = (...domains: readonly HeadDomain[]) => withDomains(sureClasses, ...domains);
const masksWith = (...domains: readonly HeadDomain[]) => withDomains(testMasks, ...domains);

/** A head that reads the encoder's second domain, which does not know apples. */
function fittedForFurther(changes: Partial<HeadDomain>, domainChanges: Partial<EncoderDomain> = {}): Head {
  const further = {
    ...testDomain,
    center: writeBase64Floats([1, 0, 0, 0, 0, 0, 0, 0]),
    known: testDomain.known.slice(1),
    ...domainChanges,
  };
  const trained = { ...testDomainEncoder.trained, furtherDomains: [further] };
  const domain = testDomainWith(0, { projection: digestOfDirections(further), ...changes });
  return { ...classesWith(domain), encoder: { ...testDomainEncoder, trained } };
}

async function classify(threshold: number, options: AnalyzeOptions = {}, changes: Partial<HeadDomain> = {}) {
  const backend = createFakeBackend();
  const zoo = await createZoo({ heads: [classesWith(testDomainWith(threshold, changes))], backend });
  const outcome = (await zoo.analyze(image, { 'test-classes': {} }, options))['test-classes'];
  const hasRun = backend.runs.some(({ url }) => url === testClasses.trained.model.url);
  return { outcome, hasRun };
}

async function segment(domains: readonly HeadDomain[], options: AnalyzeOptions = {}) {
  const head = masksWith(...domains);
  const trained = { ...head.trained, presenceThresholds: { left: 0, right: 0 } };
  const zoo = await createZoo({ heads: [{ ...head, trained }], backend: createFakeBackend() });
  const outcome = (await zoo.analyze(image, { 'test-masks': { threshold: 0 } }, options))['test-masks'];
  if (!outcome.ok) throw outcome.error;
  return { masks: outcome.value.masks, provenance: outcome.provenance };
}

describe('a classifier', () => {
  it('answers at home, and says so', async () => {
    const { outcome } = await classify(AT_HOME);
    const domain = { score: expect.any(Number) as number, threshold: AT_HOME, inDomain: true, nearest: 'test image' };
    expect(outcome).toMatchObject({ ok: true, value: { domain, plausible: { errorRate: 0.1 } } });
    expect(outcome.provenance?.domains).toEqual([domain]);
  });

  it('refuses what is not of its kind, without running', async () => {
    const { outcome, hasRun } = await classify(ABROAD);
    expect(hasRun).toBe(false);
    expect(outcome).toMatchObject({
      ok: false,
      error: {
        code: 'OUT_OF_DOMAIN',
        blame: 'caller',
        retryable: false,
        details: { head: 'test-classes', threshold: ABROAD },
      },
      domain: { threshold: ABROAD, inDomain: false },
      provenance: { provider: null, head: { id: 'test-classes' }, timingsMs: { head: 0 } },
    });
    expect(!outcome.ok && outcome.error.message).toMatch(
      /images that "test-classes" was trained on \(test image\)\. It looks like nothing that is known; test image comes nearest\. .*set the option outOfDomain to warn/,
    );
  });

  it('names the kind that the image is most like', async () => {
    const own = [kindOf('x-ray', [1e6, 1e6])];
    const { outcome } = await classify(ABROAD, {}, { own, covers: [] });
    expect(outcome).toMatchObject({ ok: false, domain: { nearest: 'test image' } });
    expect(!outcome.ok && outcome.error.message).toContain('(x-ray). It looks most like: test image.');
  });

  it('answers all the same where asked to warn, and claims nothing', async () => {
    const { outcome } = await classify(ABROAD, { outOfDomain: 'warn' });
    expect(outcome).toMatchObject({ ok: true, value: { domain: { inDomain: false } } });
    expect(outcome.ok && outcome.value.scores).toHaveLength(3);
    expect(outcome.ok && 'plausible' in outcome.value).toBe(false);
  });

  it('without a domain answers as ever', async () => {
    const zoo = await createZoo({ heads: [sureClasses], backend: createFakeBackend() });
    const { 'test-classes': outcome } = await zoo.analyze(image, { 'test-classes': {} });
    expect(outcome.ok && outcome.value.plausible).toBeDefined();
    expect(outcome.ok && 'domain' in outcome.value).toBe(false);
    expect(outcome.provenance && 'domains' in outcome.provenance).toBe(false);
  });
});

describe('a target', () => {
  const domains = [testDomainWith(AT_HOME, { labels: ['left'] }), testDomainWith(ABROAD, { labels: ['right'] })];

  it('is absent on purpose out of its own domain', async () => {
    const { masks, provenance } = await segment(domains);
    const [left, right] = masks;
    expect(left).toMatchObject({ label: 'left', domain: { inDomain: true } });
    expect(left!.area).toBeGreaterThan(0);
    expect(left).not.toHaveProperty('absentBecause');
    expect(right).toMatchObject({ area: 0, boundingBox: null, domain: { inDomain: false }, absentBecause: 'domain' });
    expect(right!.presence).toBeGreaterThan(0);
    expect(provenance.domains?.map(({ labels }) => labels)).toEqual([['left'], ['right']]);
  });

  it('is drawn where asked to warn', async () => {
    const right = (await segment(domains, { outOfDomain: 'warn' })).masks[1]!;
    expect(right).toMatchObject({ domain: { inDomain: false } });
    expect(right.area).toBeGreaterThan(0);
    expect(right).not.toHaveProperty('absentBecause');
  });

  it('has no domain where the head names none for it, and the whole head’s where that is one', async () => {
    expect((await segment([domains[0]!])).masks[1]).not.toHaveProperty('domain');
    const whole = (await segment([testDomainWith(ABROAD)])).masks;
    expect(whole.map(({ absentBecause }) => absentBecause)).toEqual(['domain', 'domain']);
  });

  it('that presence calls absent is absent for that', async () => {
    const head = masksWith(testDomainWith(ABROAD));
    const trained = { ...head.trained, presenceThresholds: { left: 1, right: 1 } };
    const zoo = await createZoo({ heads: [{ ...head, trained }], backend: createFakeBackend() });
    const { 'test-masks': outcome } = await zoo.analyze(image, { 'test-masks': {} }, { outOfDomain: 'warn' });
    expect(outcome.ok && outcome.value.masks.map(({ absentBecause }) => absentBecause)).toEqual([
      'presence',
      'presence',
    ]);
  });
});

it('an answer with a warning is not that of another who did not ask for one', async () => {
  const zoo = await createZoo({ heads: [masksWith(testDomainWith(ABROAD))], backend: createFakeBackend() });
  const ask = async (options: AnalyzeOptions) =>
    (await zoo.analyze(image, { 'test-masks': { threshold: 0 } }, options))['test-masks'];
  const warned = await ask({ outOfDomain: 'warn' });
  const refused = await ask({});
  expect(warned.ok && warned.value.masks[0]!.area).toBeGreaterThan(0);
  expect(refused.ok && refused.value.masks[0]!.area).toBe(0);
  expect(await ask({ outOfDomain: 'refuse' })).toMatchObject({ provenance: { cached: true } });
});

describe('refuses a config whose domains do not fit', () => {
  const deep = { mean: 'AACAPwAAgD8AAIA/', factor: Buffer.alloc(24).toString('base64'), offset: 0, n: 1 };
  const other: Head = {
    ...withDomains(testMasks, testDomainWith(AT_HOME)),
    encoder: { ...testDomainEncoder, trained: { ...testDomainEncoder.trained, domain: { ...testDomain, known: [] } } },
  };

  it.each<[string, readonly Head[], string]>([
    [
      'an encoder without a domain',
      [{ ...testClasses, trained: { ...testClasses.trained, domains: [testDomainWith(0)] } }],
      "measured against its encoder's `domain`",
    ],
    ['a domain for one class', [classesWith(testDomainWith(0, { labels: ['normal'] }))], 'without `labels`'],
    [
      'another number of dimensions',
      [classesWith(testDomainWith(0, { own: [{ name: 'x', datasets: [], ...deep }] }))],
      'domains[0] of the head "test-classes" is of 3 dimensions, and the domain of its encoder "test-encoder" of 2',
    ],
    [
      'directions that the encoder no longer has, though as many',
      [classesWith(testDomainWith(0, { projection: 'ab'.repeat(32) }))],
      'domains[0] of the head "test-classes" was fitted for another `domain` of its encoder "test-encoder": for the ' +
        'directions abababababab, and those here are 4aba01acc773. Run `medzoo embed`',
    ],
    [
      'a kind that the usual domain knows, and not the one that it was fitted for',
      [fittedForFurther({ covers: ['test image', 'apple'] })],
      'names "apple", which its encoder does not know',
    ],
    [
      'a further domain of other channels than the encoder',
      [fittedForFurther({}, { center: writeBase64Floats([0, 0]), projection: writeBase64Floats([1, 0, 0, 1]) })],
      'has 4 channels, and its `domain` is of 1',
    ],
    ['a kind that is not known', [classesWith(testDomainWith(0, { covers: ['aple'] }))], 'Did you mean "apple"'],
    ['two domains of one encoder', [classesWith(testDomainWith(0)), other], 'Install one release of the encoder'],
  ])('%s', async (_, heads, message) => {
    const creating = createZoo({ heads, backend: createFakeBackend() });
    await expect(creating).rejects.toMatchObject({ code: 'INVALID_MANIFEST' });
    await expect(creating).rejects.toThrow(message);
  });
});
