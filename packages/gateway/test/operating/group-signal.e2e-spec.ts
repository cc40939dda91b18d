import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it, vi } from 'vitest';
import { createFolder } from '../create-folder.js';
import { openSocket } from '../send-raw.js';
import { startMain, TEST_CONFIG } from '../start-main.js';

const WAIT = { timeout: 30_000, interval: 50 };

/** Loaded by each process: the second one of the zoo, its standby, gets no further than this. */
const PRELOAD = `
  import { writeFileSync } from 'node:fs';
  import { setTimeout } from 'node:timers/promises';
  if (process.argv[1].endsWith('zoo-worker.js')) {
    try {
      writeFileSync(new URL('first', import.meta.url), '', { flag: 'wx' });
    } catch {
      writeFileSync(new URL('waiting', import.meta.url), String(process.pid));
      await setTimeout(60_000);
    }
  }
`;

it('takes it for no fault that a process of the zoo dies of the signal by which all are to end', async () => {
  const folder = createFolder();
  const preload = join(folder, 'preload.mjs');
  await writeFile(preload, PRELOAD);
  const main = startMain(['--config', TEST_CONFIG], {
    MEDZOO_STANDBY: 'on',
    NODE_OPTIONS: `--import ${pathToFileURL(preload).href}`,
  });
  const upload = await openSocket(await main.url); // which the gateway waits for
  upload.write('POST /images HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1000\r\n\r\n');
  await vi.waitFor(() => expect(main.output()).toContain('request arrived'), WAIT);
  const starting = await vi.waitFor(async () => Number(await readFile(join(folder, 'waiting'), 'utf8')), WAIT);

  main.kill('SIGTERM');
  await vi.waitFor(() => expect(main.output()).toContain('running requests may finish'), WAIT);
  process.kill(starting, 'SIGTERM');
  await vi.waitFor(() => expect(main.output()).toContain("a zoo's process"), WAIT);
  upload.destroy();
  expect((await main.ended).code).toBe(0);
  expect(main.output()).not.toContain('"level":50');
});
