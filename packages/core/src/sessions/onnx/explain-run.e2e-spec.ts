import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it, vi } from 'vitest';

/** From the build: `npm test` makes it. */
const CORE = new URL('../../../dist/', import.meta.url);
vi.setConfig({ testTimeout: 60_000 });

it('says what to do where a test runner has a Float32Array of its own', async () => {
  const program = `
    import { runInNewContext } from 'node:vm';
    globalThis.Float32Array = runInNewContext('Float32Array');
    const { createOnnxBackend } = await import('${CORE.href}index.js');
    const { readModelFile } = await import('${CORE.href}model/index.js');
    const { model } = readModelFile(new URL('../test-models/external.json', '${CORE.href}'));
    const session = await (await createOnnxBackend({ threads: 1 })).open(model);
    const x = { dtype: 'float32', shape: [64], data: new Float32Array(64) };
    console.log(await session.run({ x }).catch(({ code, message }) => code + ': ' + message));
    await session.close();`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program]);
  expect(stdout).toMatch(/^INFERENCE_FAILED: .*is not that of Node.* Use connectZoo there/);
});
