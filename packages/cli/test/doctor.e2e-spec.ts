import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import type { Diagnosis, Facts } from '@medzoo/core/doctor';

/** Runs what `npm test` compiles. */
const COMMAND = fileURLToPath(new URL('../bin/medzoo.js', import.meta.url));
const TEST_CONFIG = fileURLToPath(new URL('../../core/test/test-zoo.config.mjs', import.meta.url));
const TIMEOUT_MS = 120_000;

async function createFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'medzoo-bin-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

function run(args: readonly string[], cwd: string) {
  return new Promise<{ readonly code: number; readonly out: string; readonly err: string }>((resolve) => {
    execFile(process.execPath, [COMMAND, ...args], { cwd }, (error, out, err) => {
      resolve({ code: error ? Number(error.code) : 0, out, err });
    });
  });
}

it('doctor finds this machine fit for the test heads, as text and as JSON', { timeout: TIMEOUT_MS }, async () => {
  const folder = await createFolder();
  const text = await run(['doctor', '--config', TEST_CONFIG], folder);
  expect(text).toMatchObject({ code: 0, err: '' });
  expect(text.out).toMatch(/\nok {4}provider:cpu +works: self test opened in \d+ ms, \d+ runs of /);
  expect(text.out).toMatch(/\nok {4}model:test-encoder +274 B, SHA-256 ae9ca1fe291e, verified\n/);
  expect(text.out).toMatch(/\nHealthy: what the config asks for works\.\n$/);

  const json = await run(['doctor', '--json'], folder);
  const { isHealthy, findings, facts } = JSON.parse(json.out) as Diagnosis & { readonly facts: Facts };
  expect({ code: json.code, isHealthy }).toEqual({ code: 0, isHealthy: true });
  expect(findings).toContainEqual(expect.objectContaining({ id: 'config', state: 'notice' }));
  expect(facts.selfTests.map(({ provider }) => provider)).toContain('cpu');
  expect(facts.runtime).toMatchObject({ state: 'loaded' });
});

it('doctor ends with 1 and says in words what does not work', { timeout: TIMEOUT_MS }, async () => {
  const folder = await createFolder();
  await writeFile(join(folder, 'medzoo.config.mjs'), 'export default 3');
  const broken = await run(['doctor'], folder);
  expect(broken).toMatchObject({ code: 1, err: '' });
  expect(broken.out).toMatch(
    /\nFAULT config .*must have `export default defineConfig\(.*it has the default export 3\.\n/,
  );

  const missing = await run(['doctor', '--config', 'nowhere.mjs', '--json'], folder);
  expect(missing.code).toBe(1);
  expect(JSON.parse(missing.out)).toMatchObject({ isHealthy: false, facts: { config: { state: 'broken' } } });
});

it('prefetch verifies what is there and ends with 1 for a fault', { timeout: TIMEOUT_MS }, async () => {
  const folder = await createFolder();
  const good = await run(['prefetch', '--config', TEST_CONFIG], folder);
  expect(good).toMatchObject({ code: 0, err: '' });
  expect(good.out).toMatch(/^test-encoder: verifying\ntest-encoder: 274 B, verified\n/);
  expect(good.out).toMatch(/\nVerified \d files, \d\.\d kB\. /);
  expect(await run(['prefetch'], folder)).toMatchObject({
    code: 1,
    err: expect.stringMatching(/^error: There is no config at .*medzoo\.config\.mjs\./) as string,
  });
});

it('explains itself', { timeout: TIMEOUT_MS }, async () => {
  const folder = await createFolder();
  expect((await run(['--help'], folder)).out).toContain('Usage: medzoo [options] [command]');
  expect((await run(['--version'], folder)).out).toMatch(/^\d+\.\d+\.\d+/);
  expect(await run(['docter'], folder)).toMatchObject({
    code: 1,
    err: expect.stringContaining("unknown command 'docter'\n(Did you mean doctor?)") as string,
  });
});
