import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, it, vi } from 'vitest';
import { findChildren } from '../src/testing/find-children.js';
import { writeEndlessHead } from '../src/testing/write-endless-head.js';

/** What `npm test` compiles. */
const MEDZOO = fileURLToPath(new URL('../bin/medzoo.js', import.meta.url));
const WAIT = { timeout: 20_000 };

/** Adds a head whose model computes without end, until its check has begun. */
async function addEndless(args: readonly string[] = []) {
  const folder = await writeEndlessHead();
  const child = spawn(process.execPath, [MEDZOO, 'add', '.', ...args], { cwd: folder, stdio: ['ignore', 2, 'pipe'] });
  let words = '';
  child.stderr!.on('data', (chunk: Buffer) => (words += chunk.toString()));
  const ended = once(child, 'exit').then(([code, signal]) => ({ code: code as unknown, signal: signal as unknown }));
  const find = () => findChildren(child.pid!, 'check-child');
  await vi.waitFor(() => expect(find()).toHaveLength(1), WAIT);
  const [checker] = find();
  const expectGone = () => vi.waitFor(() => expect(() => process.kill(checker!, 0)).toThrow('ESRCH'), WAIT);
  return { folder, child, ended, words: () => words, expectGone };
}

it('add ends in time with a model that does not, and leaves nothing behind', async () => {
  const { folder, ended, words, expectGone } = await addEndless(['--within', '4']);
  expect(await ended).toEqual({ code: 1, signal: null });
  expect(words()).toMatch(/^error: The check was ended: it should be done within 4 s, and was not\./m);
  await expectGone();
  expect(await readdir(folder)).toEqual(['model']);
});

it('add that is told to end leaves nothing behind', async () => {
  const { folder, child, ended, words, expectGone } = await addEndless();
  child.kill('SIGTERM');
  expect(await ended).toEqual({ code: 1, signal: null });
  expect(words()).toContain('error: Nothing was added: it was stopped by SIGTERM.');
  await expectGone();
  expect(await readdir(folder)).toEqual(['model']);
});

it('add that is killed leaves no process behind', async () => {
  const { child, ended, expectGone } = await addEndless();
  await new Promise((resolve) => setTimeout(resolve, 3000)); // until the model keeps the thread
  child.kill('SIGKILL');
  await ended;
  await expectGone();
});
