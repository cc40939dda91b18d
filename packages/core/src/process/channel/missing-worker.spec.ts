import { expect, it } from 'vitest';
import { forkWorker } from './fork-worker.js';

it('says that the script of a worker is missing, and what to do where a bundler moved the code', () => {
  const fork = () =>
    forkWorker(new URL('no-worker.js', import.meta.url), { args: [], execArgv: [], heartbeatTimeoutMs: 5000 });
  expect(fork).toThrow(expect.objectContaining({ name: 'ZooError', code: 'BACKEND_UNAVAILABLE' }));
  expect(fork).toThrow('no-worker.js of @medzoo/core is missing');
});
