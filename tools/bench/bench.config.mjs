// The zoo that is measured: the heads of the project that need no prompt, on the providers of `npm run bench --
// --providers`.
import { automed } from '@medzoo/automed';
import { defineConfig } from '@medzoo/core';
import { brainMri, breastUltrasound, chestXrayPneumonia } from '@medzoo/medcls';

const {
  MEDZOO_BENCH_PROVIDERS: providers,
  MEDZOO_BENCH_PRECISION: precision,
  MEDZOO_BENCH_CACHE_BYTES: cacheBytes,
} = process.env;

export default defineConfig({
  heads: [automed, chestXrayPneumonia, breastUltrasound, brainMri],
  warmUp: true,
  ...(precision && { precision }),
  ...(cacheBytes && { cacheBytes: Number(cacheBytes) }),
  ...(providers && { providers: providers.split(',') }),
});
