import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';

const run = promisify(execFile);
const BACKEND = new URL('../../../dist/sessions/onnx/onnx-backend.js', import.meta.url).href;
const FILES = new URL('../../../dist/model/read-model-file.js', import.meta.url).href;
const MODEL = new URL('../../../test-models/encoder.json', import.meta.url).href;

/** What a process that opens a model leaves in a home folder of its own, which is its temporary one too. */
async function filesLeft(environment: NodeJS.ProcessEnv): Promise<string[]> {
  const home = await mkdtemp(join(tmpdir(), 'medzoo-home-'));
  onTestFinished(() => rm(home, { recursive: true }));
  const code = `
    const { createOnnxBackend } = await import(${JSON.stringify(BACKEND)});
    const { readEncoderFile } = await import(${JSON.stringify(FILES)});
    const backend = await createOnnxBackend();
    const session = await backend.open(readEncoderFile(new URL(${JSON.stringify(MODEL)})).model);
    await session.close();`;
  // Nothing else of this environment: where `CI` is set, the library is silent whatever it is told.
  await run(process.execPath, ['--input-type=module', '--eval', code], {
    env: { PATH: process.env.PATH, HOME: home, TMPDIR: home, ...environment },
  });
  return readdir(home, { recursive: true });
}

describe('loadOnnxruntime', () => {
  it('keeps the library from reporting its use, and from the files that it keeps for that', async () => {
    expect(await filesLeft({})).toEqual([]);
  });

  it.runIf(process.platform === 'linux' && process.arch === 'x64')('leaves that to the environment', async () => {
    expect((await filesLeft({ ORT_DISABLE_TELEMETRY: '0' })).join()).toContain('deviceid');
  });
});
