import { expect, it } from 'vitest';
import { DECODE_LIMITS } from '../../image/decoding/decode-limits.js';
import type { DecodeLimits } from '../../contract/index.js';
import { testMasks } from '../../testing/index.js';
import { checkConfig } from './check-config.js';
import { readConfig } from './read-config.js';
import { createZoo } from '../create-zoo.js';

it.each<[object, string | RegExp]>([
  [{ threads: NaN }, 'threads is a whole number from 1 to 1024; got NaN.'],
  [{ threads: 1e9 }, 'threads is a whole number from 1 to 1024; got 1000000000.'],
  [{ cacheBytes: NaN }, 'cacheBytes is a whole number of bytes, 0 or more; got NaN.'],
  [{ cacheBytes: '1GiB' }, 'cacheBytes is a whole number of bytes, 0 or more; got "1GiB".'],
  [{ limits: { maxPixels: NaN } }, 'limits.maxPixels is a whole number, 1 or more; got NaN.'],
  [{ limits: { timeoutSeconds: 0 } }, 'limits.timeoutSeconds is a number of seconds above 0, of at most 3600; got 0.'],
  [{ limits: { maxPixel: 3 } }, /no option limits\.maxPixel; .* Did you mean "maxPixels"\?$/],
  [{ weights: { cacheFoldr: '/x' } }, /no option weights\.cacheFoldr; .* Did you mean "cacheFolder"\?$/],
  [{ weights: { offline: 'no' } }, 'weights.offline is true or false; got "no".'],
  [{ limits: 5 }, 'limits must be an object; got 5.'],
  [{ provders: ['cuda'] }, /no option provders; .* Did you mean "providers"\?$/],
  [{ toString: 1 }, 'no option toString'],
  [{ warmUp: 'yes' }, 'warmUp is one of true, false, "if-possible", "open"; got "yes".'],
  [{ requireGpu: 'yes' }, 'requireGpu is true or false; got "yes".'],
  [{ observer: 5 }, 'observer is a function; got 5.'],
  [{ heads: undefined }, 'heads is a list of heads; got undefined.'],
  [
    { headProviders: { 'test-masks': [] } },
    "headProviders['test-masks'] is a list of execution providers, such as ['cuda', 'cpu']; got [].",
  ],
  [{ headProviders: { masks: 'cpu' } }, /^headProviders\.masks is a list .*; got "cpu"\.$/],
  [
    { headProviders: ['cpu'] },
    "headProviders is an object of lists by id, such as { 'breast-ultrasound': ['cpu'] }; got [\"cpu\"].",
  ],
  [{ providers: 'cuda' }, 'providers is a list'],
  [{ decoders: [() => undefined] }, 'decoders[0] is a decoder, such as dicom(); got function.'],
  [{ embeddingStore: new Map([['get', 1]]), backend: {} }, 'backend is a backend, with a method `open`; got {}.'],
  [{ embeddingStore: { get: () => undefined } }, 'embeddingStore is a store with get(key) and set(key, value)'],
  [{ memoryBudget: '4' }, "memoryBudget is an amount such as '4GiB'"],
])('refuses %o', (options, message) => {
  const check = () => checkConfig({ heads: [], ...options });
  expect(check).toThrow(expect.objectContaining({ code: 'INVALID_MANIFEST' }));
  expect(check).toThrow(message);
});

it('takes whatever else there is, and what is left out as undefined', () => {
  const given = { threads: undefined, cacheBytes: 0, limits: { maxPixels: 1e6 }, warmUp: 'if-possible' };
  expect(() => checkConfig({ heads: [], ...given })).not.toThrow();
});

it('is what createZoo asks first', async () => {
  await expect(createZoo({ heads: [], threads: NaN })).rejects.toMatchObject({ code: 'INVALID_MANIFEST' });
});

it('keeps the default of a limit that is undefined', () => {
  const limits = { maxPixels: undefined, maxBytes: 5 } as unknown as Partial<DecodeLimits>;
  expect(readConfig({ heads: [testMasks], limits }).limits).toEqual({ ...DECODE_LIMITS, maxBytes: 5 });
});
