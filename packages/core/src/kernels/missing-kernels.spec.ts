import { expect, it, vi } from 'vitest';

vi.mock('node:fs', () => ({
  readFileSync() {
    throw Object.assign(new Error('no such file'), { code: 'ENOENT' });
  },
}));

it('says that a file of the package is missing, and what to do where a bundler moved the code', async () => {
  const { withKernels } = await import('./with-kernels.js');
  const run = () => withKernels(64, () => 'ran');
  expect(run).toThrow(expect.objectContaining({ name: 'ZooError', code: 'BACKEND_UNAVAILABLE', retryable: false }));
  expect(run).toThrow('kernels/dist/kernels.wasm of @medzoo/core is missing');
  expect(run).toThrow('make its package external');
});
