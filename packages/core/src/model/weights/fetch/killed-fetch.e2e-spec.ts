import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { sendFile, startServer } from '../../../../test/file-server.js';
import { loadWeights } from '../../load-weights.js';

/** Starts from the build: `npm test` makes it. */
const MODEL = new URL('../../../../dist/model/index.js', import.meta.url).href;
const BYTES = Uint8Array.from({ length: 300_000 }, (_, index) => index % 251);

it('goes on where a process was killed, in spite of the lock it left', async () => {
  const cacheFolder = await mkdtemp(join(tmpdir(), 'medzoo-cache-'));
  onTestFinished(() => rm(cacheFolder, { recursive: true }));
  const isStalled = { value: true };
  const server = await startServer((request, response) => {
    if (isStalled.value) {
      response.writeHead(200, { etag: '"one"', 'content-length': BYTES.length });
      response.write(BYTES.subarray(0, 100_000));
    } else sendFile(BYTES)(request, response);
  });
  onTestFinished(server.close);
  const sha256 = createHash('sha256').update(BYTES).digest('hex');
  const file = { url: `${server.url}/model.onnx`, sha256, bytes: BYTES.length };

  const program = `import { loadWeights } from ${JSON.stringify(MODEL)};
    const onProgress = ({ receivedBytes }) => receivedBytes === 100000 && console.log('far enough');
    await loadWeights(${JSON.stringify(file)}, undefined, { cacheFolder: ${JSON.stringify(cacheFolder)}, onProgress });`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(await readdir(join(cacheFolder, 'weights'))).toContain(`${sha256}.lock`);

  isStalled.value = false;
  expect(await loadWeights(file, undefined, { cacheFolder })).toEqual(BYTES);
  expect(server.asked.at(-1)?.headers.range).toBe('bytes=100000-');
  expect(await readdir(join(cacheFolder, 'weights'))).toEqual([sha256]);
});
