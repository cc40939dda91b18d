import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it, onTestFinished, vi } from 'vitest';
import { allocatorSettings } from './allocator-settings.js';
import { forkWorker } from './fork-worker.js';

/** The environment of a worker, as it says itself. */
async function environmentOf(environment?: Readonly<Record<string, string>>): Promise<unknown> {
  const folder = await mkdtemp(join(tmpdir(), 'medzoo-fork-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const entry = join(folder, 'tell.mjs');
  await writeFile(entry, 'process.send({ ...process.env });');
  const worker = forkWorker(pathToFileURL(entry), { args: [], execArgv: [], environment, heartbeatTimeoutMs: 60_000 });
  const told = await new Promise((resolve) => worker.onMessage(resolve));
  worker.kill('closed');
  await worker.exited;
  return told;
}

it('starts a worker with settings of the allocator, unless the operator or its config has others', async () => {
  const settings = allocatorSettings();
  expect(await environmentOf()).toMatchObject(settings);
  vi.stubEnv('MALLOC_ARENA_MAX', '8');
  onTestFinished(() => void vi.unstubAllEnvs());
  const told = await environmentOf({ MALLOC_TRIM_THRESHOLD_: '131072' });
  expect(told).toMatchObject({ ...settings, MALLOC_ARENA_MAX: '8', MALLOC_TRIM_THRESHOLD_: '131072' });
});

it("does not take part in the parent's watch mode, whose messages would come among its own", async () => {
  vi.stubEnv('WATCH_REPORT_DEPENDENCIES', '1');
  onTestFinished(() => void vi.unstubAllEnvs());
  expect(await environmentOf()).not.toHaveProperty('WATCH_REPORT_DEPENDENCIES');
});

it('has settings for glibc only', () => {
  expect(Object.keys(allocatorSettings('linux'))).toEqual(['MALLOC_MMAP_THRESHOLD_', 'MALLOC_ARENA_MAX']);
  expect(allocatorSettings('darwin')).toEqual({});
});
