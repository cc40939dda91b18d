import { InferenceSession } from 'onnxruntime-node';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, vi, type MockInstance } from 'vitest';
import { float32Tensor, type ModelFiles, type Session } from '../src/contract/index.js';
import { readModelFile } from '../src/model/read-model-file.js';
import { createOnnxBackend } from '../src/sessions/onnx/onnx-backend.js';
import type { OnnxOptions } from '../src/sessions/onnx/onnx-options.js';

export const weightsOf = (path: string) => new URL(`../../${path}`, import.meta.url);
export const head = readModelFile(weightsOf('medcls/weights/brain-mri/model.json')).model;
export const PACKED = { packedWeights: true };
export const PACKED_NOW = ['bytes, packing', 'packed'];

/** Values of the shape of the head's input, all alike. */
export function feedsOf(value: number) {
  const { name, shape } = head.inputs[0]!;
  const lengths = shape.map((length) => (typeof length === 'number' ? length : 1));
  const values = new Float32Array(lengths.reduce((product, length) => product * length, 1)).fill(value);
  return { [name]: float32Tensor(lengths, values) };
}

/** A folder for packed weights, and an eye on what sessions are opened from. */
export interface PackedFolder {
  readonly cacheFolder: string;
  readonly folder: string;
  readonly create: MockInstance<typeof InferenceSession.create>;
  open(model?: ModelFiles, options?: OnnxOptions): Promise<Session>;
  /** Opens a model, asks it once, and says from what it was opened. */
  openAndRun(): Promise<readonly string[]>;
  /** What the sessions since the last call were opened from. */
  openedFrom(): readonly string[];
  entries(): Promise<readonly string[]>;
  remove(): Promise<void>;
}

export async function createPackedFolder(): Promise<PackedFolder> {
  const cacheFolder = await mkdtemp(join(tmpdir(), 'medzoo-packed-'));
  const folder = join(cacheFolder, 'packed');
  const create = vi.spyOn(InferenceSession, 'create');

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

  async function openAndRun(): Promise<readonly string[]> {
    const session = await open();
    const outputs = await session.run(feedsOf(0.5));
    expect(Object.keys(outputs)).toEqual(head.outputs.map((output) => output.name));
    await session.close();
    return openedFrom();
  }

  return {
    ...{ cacheFolder, folder, create, open, openAndRun, openedFrom },
    entries: async () => (await readdir(folder)).sort(),
    async remove() {
      vi.restoreAllMocks();
      await rm(cacheFolder, { recursive: true, force: true });
    },
  };
}
