import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  createPackedFolder,
  feedsOf,
  head,
  PACKED,
  PACKED_NOW,
  type PackedFolder,
} from '../../../test/packed-folder.js';
import { coreShare } from '../../host/core-share.js';
import { readModelFile } from '../../model/read-model-file.js';
import { mappedBytes } from '../memory/mapped-files.js';

// So that it can be spied on.
vi.mock('./same-answers.js', async (original) => ({ ...(await original<object>()) }));

let packed: PackedFolder;

beforeEach(async () => {
  packed = await createPackedFolder();
});
afterEach(() => packed.remove());

describe('packed weights', () => {
  it('are made once, and opened by their path from then on', async () => {
    expect(await packed.openAndRun()).toEqual(PACKED_NOW);
    expect(await packed.openAndRun()).toEqual(['packed']);
    const [key, ...others] = await packed.entries();
    expect(others).toEqual([]);
    expect((await stat(packed.folder)).mode & 0o777).toBe(0o700);
    expect(await readdir(join(packed.folder, key!))).toEqual(['model.onnx', 'record.json', 'weights.bin']);
    for (const name of await readdir(join(packed.folder, key!))) {
      expect((await stat(join(packed.folder, key!, name))).mode & 0o777).toBe(0o400);
    }
  });

  it('are not made where nobody asked for them', async () => {
    const session = await packed.open(head, {});
    expect(packed.openedFrom()).toEqual(['bytes']);
    await session.close();
    await expect(stat(packed.folder)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('are made where the environment asks for them, unless an option says otherwise', async () => {
    vi.stubEnv('MEDZOO_PACKED_WEIGHTS', 'on');
    const sessions = [await packed.open(head, {}), await packed.open(head, { packedWeights: false })];
    vi.unstubAllEnvs();
    expect(packed.openedFrom()).toEqual([...PACKED_NOW, 'bytes']);
    await Promise.all(sessions.map((session) => session.close()));
  });

  it('are not made of a model that has nothing to gain', async () => {
    const session = await packed.open(
      readModelFile(new URL('../../../test-models/masks.json', import.meta.url)).model,
      PACKED,
    );
    expect(packed.openedFrom()).toEqual(['bytes']);
    await session.close();
  });

  it('count to the memory of the process while a session has them mapped, once for all sessions', async () => {
    const [one, other] = [await packed.open(), await packed.open()];
    const both = mappedBytes();
    const [key] = await packed.entries();
    expect(both).toBeGreaterThan(2 ** 18);
    expect(both).toBeLessThanOrEqual((await stat(join(packed.folder, key!, 'weights.bin'))).size);
    expect(one.memoryBytes).toBeGreaterThanOrEqual(head.bytes);
    await one.close();
    expect(mappedBytes()).toBe(both);
    await other.close();
    expect(mappedBytes()).toBe(0);
  });

  it('are what a session with the threads of all workers is opened from', async () => {
    coreShare.isAlone = true;
    const session = await packed.open(head, { ...PACKED, threadsWhenAlone: 2 });
    expect(packed.openedFrom()).toEqual(PACKED_NOW);
    for (let run = 0; run < 3; run += 1) await session.run(feedsOf(0));
    await vi.waitFor(() => expect(packed.create).toHaveBeenCalledOnce(), { timeout: 5000 });
    expect(packed.openedFrom()).toEqual(['packed']);
    await session.close();
    coreShare.isAlone = false;
  });
});

it('two that make the same at a time do not harm each other', async () => {
  const sessions = await Promise.all([packed.open(), packed.open(), packed.open()]);
  await Promise.all(sessions.map((session) => session.close()));
  expect(await packed.entries()).toHaveLength(1);
  packed.openedFrom();
  expect(await packed.openAndRun()).toEqual(['packed']);
});

it('one that answers differently is not used, nor made again', async () => {
  const answers = await import('./same-answers.js');
  vi.spyOn(answers, 'giveSameAnswers').mockResolvedValueOnce(false);
  expect(await packed.openAndRun()).toEqual([...PACKED_NOW, 'bytes']);
  expect(await packed.openAndRun()).toEqual(['bytes']);
  const [key] = await packed.entries();
  expect(await readdir(join(packed.folder, key!))).toEqual(['record.json']);
});
