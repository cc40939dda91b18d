import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { expect, it } from 'vitest';
import { childrenOf, residentBytes } from './processes.js';

it.runIf(existsSync('/proc/self/stat'))('memory is that of a process and of all that it started', async () => {
  const child = spawn(process.execPath, ['-e', 'process.stdin.resume()'], { stdio: ['pipe', 'ignore', 'ignore'] });
  await once(child, 'spawn');
  expect(childrenOf(process.pid)).toContain(child.pid);
  await expect.poll(() => residentBytes(child.pid!)).toBeGreaterThan(1e6);
  expect(residentBytes(process.pid)).toBeGreaterThan(residentBytes(child.pid!)!);
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(childrenOf(process.pid)).not.toContain(child.pid);
  expect(residentBytes(child.pid!)).toBeUndefined();
});
