import { execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { DECODE_LIMITS } from '@medzoo/core';
import { expect, it, onTestFinished, vi } from 'vitest';
import { ReaderProcess } from './reader-process.js';
import type { ReaderReply } from './reader-requests.js';

const READER_PROCESS = new URL('../../dist/reading/reader-process.js', import.meta.url).href;

const SCRIPT = `
  import { openSync } from 'node:fs';
  import { ReaderProcess } from ${JSON.stringify(READER_PROCESS)};
  try {
    for (;;) openSync('/dev/null', 'r');
  } catch {}
  const reader = new ReaderProcess(new URL('file:///nothing.js'));
  const bounds = { timeoutMs: 5000, graceMs: 0 };
  const error = await reader.exchange({}, bounds).catch((thrown) => thrown);
  console.log(error.code, error.message);
`;

/** Asks a process of this script, which answers nothing. */
function ask(script: string, timeoutMs: number): Promise<unknown> {
  const path = join(mkdtempSync(join(tmpdir(), 'reader-')), 'script.mjs');
  writeFileSync(path, script);
  const bounds = { timeoutMs, graceMs: 0 };
  return new ReaderProcess(pathToFileURL(path)).exchange({ type: 'describe', path, limits: DECODE_LIMITS }, bounds);
}

it('blames the file for the time only of a process that has started', async () => {
  await expect(ask('setInterval(() => {}, 1e6)', 500)).rejects.toMatchObject({
    code: 'BUSY',
    retryable: true,
    message: expect.stringContaining('did not start within 0.5 seconds') as string,
  });
  const ready = 'process.send({ isReady: true }); setInterval(() => {}, 1e6);';
  await expect(ask(ready, 4000)).rejects.toMatchObject({ code: 'INVALID_IMAGE' });
});

/** A reader as the gateway starts it, and a file that it can read. */
function startReader(): { reader: ReaderProcess; read: () => Promise<ReaderReply> } {
  const reader = new ReaderProcess(new URL('../../dist/reading/reader-child.js', import.meta.url));
  onTestFinished(() => reader.kill('SIGKILL'));
  const path = join(mkdtempSync(join(tmpdir(), 'reader-')), 'nothing.dcm');
  writeFileSync(path, 'nothing');
  const bounds = { timeoutMs: 30_000, graceMs: 0 };
  return { reader, read: () => reader.exchange({ type: 'describe', path, limits: DECODE_LIMITS }, bounds) };
}

const refused = { ok: false, error: { code: 'INVALID_IMAGE' } };

it('takes no message of `node --watch` for a reply', async () => {
  vi.stubEnv('WATCH_REPORT_DEPENDENCIES', '1');
  onTestFinished(() => void vi.unstubAllEnvs());
  expect(await startReader().read()).toMatchObject(refused);
});

it('reads on when its group is told to end, until the gateway ends it', async () => {
  const { reader, read } = startReader();
  await read();
  const reading = read();
  reader.kill('SIGTERM');
  reader.kill('SIGINT');
  expect(await reading).toMatchObject(refused);
});

it.runIf(process.platform === 'linux')('says that too many files are open to start it', () => {
  const args = ['-c', 'ulimit -n 512; exec "$0" --input-type=module --eval "$1"', process.execPath, SCRIPT];
  const said = execFileSync('sh', args, { encoding: 'utf8' });
  expect(said).toBe('BACKEND_UNAVAILABLE The process that reads files cannot be reached: EMFILE.\n');
});
