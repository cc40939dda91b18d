import { spawn, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { createFolder } from '../create-folder.js';

export const hasNginx = spawnSync('nginx', ['-v']).status === 0;

const OPERATING = new URL('../../../../docs/operating.md', import.meta.url);

/** The example of docs/operating.md, word for word but for ports and TLS. */
function readExample(port: number, gatewayPort: number): string {
  const [, example] = /```nginx\n([^]*?)```/.exec(readFileSync(OPERATING, 'utf8')) ?? [];
  expect(example).toBeDefined();
  const swapped = example!
    .replaceAll('127.0.0.1:4000', `127.0.0.1:${gatewayPort}`)
    .replace('listen 443 ssl', `listen 127.0.0.1:${port}`);
  expect(swapped).not.toBe(example);
  return swapped;
}

async function findPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Starts nginx before a gateway, as the documentation says; resolves with its URL. It is ended with the test. */
export async function startNginx(gatewayUrl: string): Promise<string> {
  const folder = createFolder();
  const port = await findPort();
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path ${folder}/${name};`,
  );
  const config = `daemon off; worker_processes 1; pid ${folder}/pid; error_log ${folder}/error.log;
    events { worker_connections 64; }
    http { access_log off; ${temporary.join(' ')} ${readExample(port, Number(new URL(gatewayUrl).port))} }`;
  const file = join(folder, 'nginx.conf');
  writeFileSync(file, config);
  const nginx = spawn('nginx', ['-e', `${folder}/error.log`, '-c', file, '-p', folder], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let errors = '';
  nginx.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  onTestFinished(async () => {
    if (nginx.exitCode !== null) return;
    nginx.kill('SIGQUIT');
    await once(nginx, 'close');
  });
  const url = `http://127.0.0.1:${port}/`;
  await expect
    .poll(
      () =>
        fetch(url).then(
          () => 'up',
          () => errors || 'down',
        ),
      { timeout: 5000 },
    )
    .toBe('up');
  return url;
}
