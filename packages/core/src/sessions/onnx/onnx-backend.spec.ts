import { describe, expect, it, vi } from 'vitest';
import { float32Tensor, int64Tensor, uint8Tensor } from '../../contract/index.js';
import { readModelFile } from '../../model/read-model-file.js';
import { stackFeeds, splitOutputs } from '../batching/batch-tensors.js';
import { createOnnxBackend } from './onnx-backend.js';

const modelOf = (name: string) => readModelFile(new URL(`../../../test-models/${name}.json`, import.meta.url)).model;

describe('createOnnxBackend', () => {
  it('carries every element type in and out', async () => {
    const backend = await createOnnxBackend({ threads: 1 });
    const session = await backend.open(modelOf('types'));
    const outputs = await session.run({
      floats: float32Tensor([2], Float32Array.of(0.5, 1.5)),
      bytes: uint8Tensor([2], Uint8Array.of(1, 255)),
      longs: int64Tensor([2], BigInt64Array.of(-1n, 2n ** 60n)),
    });
    expect(outputs).toEqual({
      sum: float32Tensor([2], Float32Array.of(1.5, 256.5)),
      same_bytes: uint8Tensor([2], Uint8Array.of(1, 255)),
      same_longs: int64Tensor([2], BigInt64Array.of(-1n, 2n ** 60n)),
    });
    await session.close();
  });

  it('opens a model whose weights lie in a file beside it, and verifies both', async () => {
    const backend = await createOnnxBackend({ threads: 1 });
    const model = modelOf('external');
    const session = await backend.open(model);
    const { y } = await session.run({ x: float32Tensor([64], new Float32Array(64).fill(1)) });
    expect([...y!.data].slice(0, 4)).toEqual([1, 2, 3, 4]);
    await session.close();
    const data = { ...model.data!, sha256: '0'.repeat(64) };
    await expect(backend.open({ ...model, data })).rejects.toMatchObject({ code: 'WEIGHTS_CORRUPT' });
    await expect(backend.prefetch?.({ ...model, data })).rejects.toMatchObject({ code: 'WEIGHTS_CORRUPT' });
  });

  it('says that runs may not be joined of a model in int8, whose items know of one another', async () => {
    const backend = await createOnnxBackend({ threads: 1 });
    const [session, other] = [await backend.open(modelOf('int8')), await backend.open(modelOf('masks'))];
    expect(session.batching).toBe(false);
    expect(other).not.toHaveProperty('batching');
    const items = [0.1, 100].map((value) => ({
      embedding: float32Tensor([1, 4, 2, 2], new Float32Array(16).fill(value)),
    }));
    const alone = await session.run(items[0]!);
    const [together] = splitOutputs(await session.run(stackFeeds(items)), 2);
    expect(alone.same!.data[0]).toBeCloseTo(0.1);
    expect(together!.same!.data[0]).toBe(0); // lost beside its neighbour
    await Promise.all([session.close(), other.close()]);
  });

  it('lists the providers it has when asked for another', async () => {
    await expect(createOnnxBackend({ providers: ['qnn'] })).rejects.toMatchObject({
      code: 'BACKEND_UNAVAILABLE',
      message: expect.stringMatching(/"qnn".*it has .*cpu/) as string,
    });
  });

  it('says that a preferred provider is not in use, and why', async () => {
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    const backend = await createOnnxBackend({ providers: ['webgpu', 'cpu'], threads: 1 });
    const session = await backend.open(modelOf('encoder'));
    const again = await backend.open(modelOf('types'));
    // A machine with a graphics driver may well run it; what may not happen is a CPU under another name.
    if (session.provider === 'cpu') {
      expect(session.skipped).toEqual([{ provider: 'webgpu', reason: expect.stringMatching(/\w/) as string }]);
      expect(warn).toHaveBeenCalledExactlyOnceWith(
        expect.stringContaining('Models do not run on webgpu: ') as string,
        'MedzooWarning',
      );
    } else {
      expect(session.provider).toMatch(/^webgpu/);
      expect(session.skipped).toEqual([]);
    }
    warn.mockRestore();
    await Promise.all([session.close(), again.close()]);
  });

  it('opens nothing on the CPU where a GPU is required, and says why no GPU can be used', async () => {
    await expect(createOnnxBackend({ requireGpu: true })).rejects.toMatchObject({
      code: 'BACKEND_UNAVAILABLE',
      message: expect.stringMatching(/names cpu\. This build of onnxruntime has .*webgpu/) as string,
    });
    const backend = await createOnnxBackend({ providers: ['webgpu', 'cpu'], requireGpu: true, threads: 1 });
    const opened = await backend.open(modelOf('encoder')).catch((error: unknown) => error);
    // A machine with a graphics driver may well run it; what may not happen is the CPU.
    if (opened instanceof Error) {
      expect(opened).toMatchObject({
        code: 'BACKEND_UNAVAILABLE',
        details: { skipped: [{ provider: 'webgpu', reason: expect.stringMatching(/\w/) as string }] },
      });
    } else {
      expect(opened).toMatchObject({ provider: expect.stringMatching(/^webgpu/) as string });
    }
  });
});
