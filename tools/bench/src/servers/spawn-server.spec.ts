import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { spawnServer } from './spawn-server.js';

const SCRIPT = `
  const { spawn } = require('node:child_process');
  const left = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e6)'], { stdio: 'inherit' });
  console.error('answers at ' + left.pid);
  process.on('SIGTERM', () => process.exit(0));
  setInterval(() => {}, 1e6);
`;

it.runIf(process.platform === 'linux')('leaves no process of a server behind', async () => {
  const server = await spawnServer({ command: process.execPath, args: ['-e', SCRIPT], ready: /answers at (\d+)/ });
  const left = Number(server.url);
  expect(isThere(left)).toBe(true);
  await server.close();
  await expect.poll(() => isThere(left)).toBe(false);
});

/** One that has ended may wait for somebody who asks how. */
function isThere(pid: number): boolean {
  try {
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
  } catch {
    return false;
  }
}
