import { createHash } from 'node:crypto';
import { chmod, readFile, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  createPackedFolder,
  feedsOf,
  head,
  PACKED_NOW,
  weightsOf,
  type PackedFolder,
} from '../../../test/packed-folder.js';

let packed: PackedFolder;

beforeEach(async () => {
  packed = await createPackedFolder();
});
afterEach(() => packed.remove());

describe('packed weights that cannot be trusted', () => {
  const pathOf = async (name: string) => join(packed.folder, (await packed.entries())[0]!, name);
  const change = async (name: string, work: (path: string) => Promise<void>) => {
    const path = await pathOf(name);
    await chmod(path, 0o600);
    await work(path);
  };
  const flipByte = async (path: string) => {
    const bytes = await readFile(path);
    const middle = Math.floor(bytes.length / 2);
    bytes[middle] = bytes[middle]! ^ 1;
    await writeFile(path, bytes);
  };

  it.each<[string, () => Promise<void>]>([
    ['weights with another bit', () => change('weights.bin', flipByte)],
    ['weights that end early', () => change('weights.bin', (path) => truncate(path, 4096))],
    ['a graph with another bit', () => change('model.onnx', flipByte)],
    ['an empty graph', () => change('model.onnx', (path) => truncate(path, 0))],
    ['no graph', () => change('model.onnx', (path) => rm(path))],
    ['no record', () => change('record.json', (path) => rm(path))],
    ['half a record', () => change('record.json', (path) => truncate(path, 40))],
    [
      'a link in the place of the weights',
      () =>
        change('weights.bin', async (path) => {
          await writeFile(join(packed.cacheFolder, 'other'), await readFile(path));
          await rm(path);
          await symlink(join(packed.cacheFolder, 'other'), path);
        }),
    ],
  ])('are removed and made again: %s', async (_, harm) => {
    await packed.openAndRun();
    await harm();
    expect(await packed.openAndRun()).toEqual(PACKED_NOW);
    expect(await packed.openAndRun()).toEqual(['packed']);
    expect(await packed.entries()).toHaveLength(1);
  });

  it('are removed and made again if ONNX Runtime cannot open them', async () => {
    await packed.openAndRun();
    packed.create.mockRejectedValueOnce(new Error('Protobuf parsing failed.'));
    expect(await packed.openAndRun()).toEqual(['packed', ...PACKED_NOW]);
    expect(await packed.openAndRun()).toEqual(['packed']);
  });

  it('are kept if there is no memory, and the bytes are tried', async () => {
    await packed.openAndRun();
    packed.create.mockRejectedValueOnce(new Error('std::bad_alloc'));
    expect(await packed.openAndRun()).toEqual(['packed', 'bytes']);
    expect(await packed.openAndRun()).toEqual(['packed']);
  });

  it('do not replace a file of the model that is gone', async () => {
    const own = join(packed.cacheFolder, 'own.onnx');
    const bytes = await readFile(weightsOf('medcls/weights/brain-mri/medcls.onnx'));
    await writeFile(own, bytes);
    const model = { ...head, url: `file://${own}`, sha256: createHash('sha256').update(bytes).digest('hex') };
    await (await packed.open(model)).close();
    await rm(own);
    await expect(packed.open(model)).rejects.toMatchObject({ code: 'WEIGHTS_CORRUPT' });
  });

  it('go on running when their files are removed', async () => {
    const session = await packed.open();
    await rm(packed.folder, { recursive: true });
    await session.run(feedsOf(0));
    await session.close();
  });
});
