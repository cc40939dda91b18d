import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { removeLeftovers } from './make-room.js';

it('removes what ended downloads left, and nothing of what is locked, new or asked for', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'room-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const old = new Date(Date.now() - 120_000);
  const put = async (name: string, time = old) => {
    await writeFile(join(folder, name), '');
    await utimes(join(folder, name), time, time);
  };
  for (const name of ['a.part', 'a.part.validator', 'a.lock.draft', 'a.lock.removal', 'a.onnx']) await put(name);
  for (const name of ['b.lock', 'b.part', 'b.lock.draft', 'b.lock.removal', 'own.part']) await put(name);
  for (const name of ['c.part', 'c.lock.draft']) await put(name, new Date());
  expect(await removeLeftovers(folder, join(folder, 'own.part'))).toBe(true);
  expect((await readdir(folder)).sort()).toEqual(
    ['a.onnx', 'b.lock', 'b.lock.draft', 'b.lock.removal', 'b.part', 'c.lock.draft', 'c.part', 'own.part'].sort(),
  );
});
