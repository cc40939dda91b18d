import { createHash } from 'node:crypto';
import fs from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, type MockInstance, onTestFinished, vi } from 'vitest';
import { createFolder } from '../../../test/create-folder.js';
import type { StoredImage } from '../stored-image.js';
import * as files from './keep-file.js';
import { FileChecks, WrongContent } from './verified-file.js';

vi.mock('./keep-file.js', async (original) => ({ ...(await original<typeof files>()) }));

async function store(content: string): Promise<{ readonly path: string; readonly image: StoredImage }> {
  const path = join(createFolder(), 'file');
  await fs.writeFile(path, content);
  const id = createHash('sha256').update(content).digest('hex');
  return { path, image: { id, width: 1, height: 1, bytes: content.length, format: 'png', frames: 1, frame: 0 } };
}

const { openFile } = files;
let reads: MockInstance[] = [];
const me = { caller: 'me' };

/** Lets nobody open a file before `go`. */
function holdUp(): () => void {
  reads = [];
  let go: () => void = () => undefined;
  const gone = new Promise<void>((resolve) => (go = resolve));
  const spy = vi.spyOn(files, 'openFile').mockImplementation(async (path) => {
    await gone;
    const file = await openFile(path);
    reads.push(vi.spyOn(file, 'read'));
    return file;
  });
  onTestFinished(() => spy.mockRestore());
  return go;
}

/** Of each file that was opened: how often it was read. */
const countReads = () => reads.map(({ mock }) => mock.calls.length);
const opened = () => vi.mocked(files.openFile).mock.calls.map(([path]) => path);

it('reads a file once for all who ask at one time, and again for who asks later', async () => {
  const { path, image } = await store('abc');
  const checks = new FileChecks();
  holdUp()();
  await Promise.all([checks.check(path, image, me), checks.check(path, image, { caller: 'you' })]);
  expect(opened()).toEqual([path]);
  await fs.writeFile(path, 'abd');
  await expect(checks.check(path, image, me)).rejects.toThrow(WrongContent);
});

it('reads files one after the other, also behind one that is wrong, and callers take turns', async () => {
  const stored = [await store('a'), await store('b'), await store('c'), await store('d')];
  await fs.writeFile(stored[0]!.path, 'x');
  const checks = new FileChecks();
  const order: string[] = [];
  const ended = ['me', 'me', 'me', 'you'].map((caller, index) =>
    checks.check(stored[index]!.path, stored[index]!.image, { caller }).then(
      () => order.push(`${index} is right`),
      () => order.push(`${index} is wrong`),
    ),
  );
  await Promise.all(ended);
  expect(order).toEqual(['0 is wrong', '1 is right', '3 is right', '2 is right']);
});

it('rejects at once for a caller who leaves, and reads no file for nobody', async () => {
  const [long, next, last] = [await store('a'), await store('b'), await store('c')];
  const checks = new FileChecks();
  const go = holdUp();
  const left = new AbortController();
  const first = checks.check(long.path, long.image, me);
  const given = checks.check(next.path, next.image, { ...me, signal: left.signal });
  const others = checks.check(last.path, last.image, me);
  left.abort();
  await expect(given).rejects.toBe(left.signal.reason);
  await expect(checks.check(next.path, next.image, { ...me, signal: left.signal })).rejects.toBe(left.signal.reason);
  go();
  await Promise.all([first, others]);
  expect(opened()).toEqual([long.path, last.path]);
});

it('ends a check that runs when nobody waits for it, not before, and begins anew for who comes then', async () => {
  const { path, image } = await store('a');
  const checks = new FileChecks();
  const go = holdUp();
  const [one, other] = [new AbortController(), new AbortController()];
  const first = checks.check(path, image, { ...me, signal: one.signal });
  const second = checks.check(path, image, { ...me, signal: other.signal });
  one.abort();
  await expect(first).rejects.toBe(one.signal.reason);
  const third = checks.check(path, image, { caller: 'you' });
  other.abort();
  await expect(second).rejects.toBe(other.signal.reason);
  go();
  await third;
  expect(opened()).toEqual([path]);

  const goOn = holdUp();
  const leaving = new AbortController();
  const given = checks.check(path, image, { ...me, signal: leaving.signal });
  await expect.poll(opened).toHaveLength(1); // it has begun
  leaving.abort();
  await expect(given).rejects.toBe(leaving.signal.reason);
  const anew = checks.check(path, image, me);
  goOn();
  await anew;
  expect(countReads()).toEqual([0, 1]);
});
