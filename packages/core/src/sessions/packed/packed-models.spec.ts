import { InferenceSession } from 'onnxruntime-node';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import * as files from 'node:fs/promises';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi, type MockInstance } from 'vitest';
import { float32Tensor, type ModelFiles, type Session } from '../../contract/index.js';
import { filesOfEncoder } from '../../contract/model/model-files.js';
import { coreShare } from '../../host/core-share.js';
import { readEncoderFile, readModelFile } from '../../model/read-model-file.js';
import { mappedBytes } from '../memory/mapped-files.js';
import { createOnnxBackend } from '../onnx/onnx-backend.js';
import type { OnnxOptions } from '../onnx/onnx-options.js';
import { giveSameAnswers } from './same-answers.js';

// So that they can be spied on.
vi.mock('./same-answers.js', async (original) => ({ ...(await original<object>()) }));
vi.mock('node:fs/promises', async (original) => ({ ...(await original<typeof files>()) }));

const weightsOf = (path: string) => new URL(`../../../../${path}`, import.meta.url);
const head = readModelFile(weightsOf('medcls/weights/brain-mri/model.json')).model;
let cacheFolder: string;
let folder: string;
let create: MockInstance<typeof InferenceSession.create>;

beforeEach(async () => {
  cacheFolder = await mkdtemp(join(tmpdir(), 'medzoo-packed-'));
  folder = join(cacheFolder, 'packed');
  create = vi.spyOn(InferenceSession, 'create');
});
afterEach(async () => {
  vi.restoreAllMocks();
  await rm(cacheFolder, { recursive: true, force: true });
});

const PACKED = { packedWeights: true };

/** What the sessions since the last call were opened from. */
function openedFrom(): readonly string[] {
  const { calls } = create.mock;
  const found = (calls as unknown as [source: unknown, options: InferenceSession.SessionOptions][]).map(
    ([source, { optimizedModelFilePath }]) => {
      if (typeof source === 'string') return 'packed';
      return optimizedModelFilePath === undefined ? 'bytes' : 'bytes, packing';
    },
  );
  create.mockClear();
  return found;
}

async function open(model: ModelFiles = head, options: OnnxOptions = PACKED): Promise<Session> {
  const backend = await createOnnxBackend({ threads: 1, weights: { cacheFolder }, ...options });
  return backend.open(model);
}

/** Opens a model, asks it once, and says from what it was opened. */
async function openAndRun(): Promise<readonly string[]> {
  const session = await open();
  const { name, shape } = head.inputs[0]!;
  const lengths = shape.map((length) => (typeof length === 'number' ? length : 1));
  const values = new Float32Array(lengths.reduce((product, length) => product * length, 1)).fill(0.5);
  const outputs = await session.run({ [name]: float32Tensor(lengths, values) });
  expect(Object.keys(outputs)).toEqual(head.outputs.map((output) => output.name));
  await session.close();
  return openedFrom();
}

const entries = async () => (await readdir(folder)).sort();
const PACKED_NOW = ['bytes, packing', 'packed'];

describe('packed weights', () => {
  it('are made once, and opened by their path from then on', async () => {
    expect(await openAndRun()).toEqual(PACKED_NOW);
    expect(await openAndRun()).toEqual(['packed']);
    const [key, ...others] = await entries();
    expect(others).toEqual([]);
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    expect(await readdir(join(folder, key!))).toEqual(['model.onnx', 'record.json', 'weights.bin']);
    for (const name of await readdir(join(folder, key!))) {
      expect((await stat(join(folder, key!, name))).mode & 0o777).toBe(0o400);
    }
  });

  it('are not made where nobody asked for them', async () => {
    const session = await open(head, {});
    expect(openedFrom()).toEqual(['bytes']);
    await session.close();
    await expect(stat(folder)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('are made where the environment asks for them, unless an option says otherwise', async () => {
    vi.stubEnv('MEDZOO_PACKED_WEIGHTS', 'on');
    const sessions = [await open(head, {}), await open(head, { packedWeights: false })];
    vi.unstubAllEnvs();
    expect(openedFrom()).toEqual([...PACKED_NOW, 'bytes']);
    await Promise.all(sessions.map((session) => session.close()));
  });

  it('are not made of a model that has nothing to gain', async () => {
    const session = await open(
      readModelFile(new URL('../../../test-models/masks.json', import.meta.url)).model,
      PACKED,
    );
    expect(openedFrom()).toEqual(['bytes']);
    await session.close();
  });

  it('count to the memory of the process while a session has them mapped, once for all sessions', async () => {
    const [one, other] = [await open(), await open()];
    const both = mappedBytes();
    const [key] = await entries();
    expect(both).toBeGreaterThan(2 ** 18);
    expect(both).toBeLessThanOrEqual((await stat(join(folder, key!, 'weights.bin'))).size);
    expect(one.memoryBytes).toBeGreaterThanOrEqual(head.bytes);
    await one.close();
    expect(mappedBytes()).toBe(both);
    await other.close();
    expect(mappedBytes()).toBe(0);
  });

  it('are what a session with the threads of all workers is opened from', async () => {
    coreShare.isAlone = true;
    const session = await open(head, { ...PACKED, threadsWhenAlone: 2 });
    expect(openedFrom()).toEqual(PACKED_NOW);
    const [{ name, shape }] = head.inputs as [(typeof head.inputs)[0]];
    const lengths = shape.map((length) => (typeof length === 'number' ? length : 1));
    const feeds = { [name]: float32Tensor(lengths, new Float32Array(lengths.reduce((all, one) => all * one, 1))) };
    for (let run = 0; run < 3; run += 1) await session.run(feeds);
    await vi.waitFor(() => expect(create).toHaveBeenCalledOnce(), { timeout: 5000 });
    expect(openedFrom()).toEqual(['packed']);
    await session.close();
    coreShare.isAlone = false;
  });
});

describe('packed weights that cannot be trusted', () => {
  const pathOf = async (name: string) => join(folder, (await entries())[0]!, name);
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
          await writeFile(join(cacheFolder, 'other'), await readFile(path));
          await rm(path);
          await symlink(join(cacheFolder, 'other'), path);
        }),
    ],
  ])('are removed and made again: %s', async (_, harm) => {
    await openAndRun();
    await harm();
    expect(await openAndRun()).toEqual(PACKED_NOW);
    expect(await openAndRun()).toEqual(['packed']);
    expect(await entries()).toHaveLength(1);
  });

  it('are removed and made again if ONNX Runtime cannot open them', async () => {
    await openAndRun();
    create.mockRejectedValueOnce(new Error('Protobuf parsing failed.'));
    expect(await openAndRun()).toEqual(['packed', ...PACKED_NOW]);
    expect(await openAndRun()).toEqual(['packed']);
  });

  it('are kept if there is no memory, and the bytes are tried', async () => {
    await openAndRun();
    create.mockRejectedValueOnce(new Error('std::bad_alloc'));
    expect(await openAndRun()).toEqual(['packed', 'bytes']);
    expect(await openAndRun()).toEqual(['packed']);
  });

  it('do not replace a file of the model that is gone', async () => {
    const own = join(cacheFolder, 'own.onnx');
    const bytes = await readFile(weightsOf('medcls/weights/brain-mri/medcls.onnx'));
    await writeFile(own, bytes);
    const model = { ...head, url: `file://${own}`, sha256: createHash('sha256').update(bytes).digest('hex') };
    await (await open(model)).close();
    await rm(own);
    await expect(open(model)).rejects.toMatchObject({ code: 'WEIGHTS_CORRUPT' });
  });

  it('go on running when their files are removed', async () => {
    const session = await open();
    await rm(folder, { recursive: true });
    const [{ name, shape }] = head.inputs as [(typeof head.inputs)[0]];
    const lengths = shape.map((length) => (typeof length === 'number' ? length : 1));
    const feeds = { [name]: float32Tensor(lengths, new Float32Array(lengths.reduce((all, one) => all * one, 1))) };
    await session.run(feeds);
    await session.close();
  });
});

describe('packed weights that cannot be made', () => {
  it('in a folder that is open to others', async () => {
    await mkdir(folder);
    await chmod(folder, 0o755);
    expect(await openAndRun()).toEqual(['bytes']);
    expect(await entries()).toEqual([]);
    await chmod(folder, 0o700);
    expect(await openAndRun()).toEqual(PACKED_NOW);
  });

  it('in a folder that is a link', async () => {
    const other = join(cacheFolder, 'other');
    await mkdir(other, { mode: 0o700 });
    await symlink(other, folder);
    expect(await openAndRun()).toEqual(['bytes']);
    expect(await readdir(other)).toEqual([]);
  });

  it.runIf(process.getuid?.() === 0)('in a folder of another user', async () => {
    await mkdir(folder, { mode: 0o700 });
    await files.chown(folder, 65_534, 65_534);
    expect(await openAndRun()).toEqual(['bytes']);
  });

  it('where a folder cannot be made', async () => {
    await writeFile(folder, 'a file');
    expect(await openAndRun()).toEqual(['bytes']);
    await rm(cacheFolder, { recursive: true });
    await writeFile(cacheFolder, 'a file');
    expect(await openAndRun()).toEqual(['bytes']);
  });

  it('on a disk that is full', async () => {
    const { statfs } = await vi.importActual<typeof files>('node:fs/promises');
    vi.spyOn(files, 'statfs').mockImplementation((async (path: string) =>
      Object.assign(await statfs(path), { bavail: 0 })) as typeof statfs);
    expect(await openAndRun()).toEqual(['bytes']);
    expect(await entries()).toEqual([]);
  });

  it('on a disk that fills up while they are written', async () => {
    const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
    vi.spyOn(files, 'writeFile').mockRejectedValueOnce(full);
    expect(await openAndRun()).toEqual([...PACKED_NOW, 'bytes']);
    expect(await entries()).toEqual([]);
  });

  it('where there is little memory', async () => {
    vi.spyOn(process, 'availableMemory').mockReturnValue(2 ** 20);
    expect(await openAndRun()).toEqual(['bytes']);
  });

  it('by a process that ended while it made them, until a while later', async () => {
    await openAndRun();
    const [key] = await entries();
    await rm(join(folder, key!), { recursive: true });
    const { pid } = spawnSync(process.execPath, ['-e', '0']);
    const left = join(folder, `${key!}.${pid}.x.draft`);
    await mkdir(left);
    expect(await openAndRun()).toEqual(['bytes']);
    const then = new Date(Date.now() - 3 * 3_600_000);
    await files.utimes(left, then, then);
    expect(await openAndRun()).toEqual(PACKED_NOW);
    expect(await entries()).toEqual([key]);
  });

  it('of a model that cannot be packed', async () => {
    create.mockImplementationOnce(() => Promise.reject(new Error('not supported')));
    expect(await openAndRun()).toEqual(['bytes, packing', 'bytes']);
    expect(await entries()).toEqual([]);
  });
});

it('two that make the same at a time do not harm each other', async () => {
  const sessions = await Promise.all([open(), open(), open()]);
  await Promise.all(sessions.map((session) => session.close()));
  expect(await entries()).toHaveLength(1);
  openedFrom();
  expect(await openAndRun()).toEqual(['packed']);
});

it('one that answers differently is not used, nor made again', async () => {
  const answers = await import('./same-answers.js');
  vi.spyOn(answers, 'giveSameAnswers').mockResolvedValueOnce(false);
  expect(await openAndRun()).toEqual([...PACKED_NOW, 'bytes']);
  expect(await openAndRun()).toEqual(['bytes']);
  const [key] = await entries();
  expect(await readdir(join(folder, key!))).toEqual(['record.json']);
});

describe('answers', () => {
  const encoder = filesOfEncoder(readEncoderFile(weightsOf('sam-med2d/weights/model.json')));
  const modelOf = (path: string) => readModelFile(weightsOf(`${path}/model.json`)).model;
  it.each<[string, ModelFiles, OnnxOptions]>([
    ['the encoder in int8', encoder, {}],
    ['the encoder itself', encoder, { precision: 'reference' }],
    ['AutoMed', modelOf('automed/weights'), {}],
    ['MedCls', head, {}],
    ['the head that takes prompts', readModelFile(weightsOf('sam-med2d/weights/decoder.json')).model, {}],
  ])('are the same to the bit: %s', async (_, model, options) => {
    const plain = await open(model, { ...options, packedWeights: false });
    const [made, found] = [await open(model, { ...options, ...PACKED }), await open(model, { ...options, ...PACKED })];
    expect(openedFrom()).toEqual(['bytes', ...PACKED_NOW, 'packed']);
    for (const packed of [made, found]) {
      expect(
        await giveSameAnswers(
          model,
          (feeds) => plain.run(feeds),
          (feeds) => packed.run(feeds),
        ),
      ).toBe(true);
    }
    await Promise.all([plain, made, found].map((session) => session.close()));
  });
});
