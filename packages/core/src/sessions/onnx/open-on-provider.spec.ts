import { readFile } from 'node:fs/promises';
import { InferenceSession } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { openOnProvider } from './open-on-provider.js';
import { parseProvider } from './parse-provider.js';

const cuda = parseProvider('cuda:0', ['cuda']);
type Options = InferenceSession.SessionOptions;

/** What onnxruntime itself says: the CPU, asked for by another name, may not be fallen back to. */
async function complain(options: Options) {
  const model = await readFile(new URL('../../../test-models/encoder.onnx', import.meta.url));
  return InferenceSession.create(model, { ...options, executionProviders: ['cpu'] });
}

describe('openOnProvider', () => {
  it('asks for that provider alone, without spinning threads', async () => {
    const { session: options, provider } = await openOnProvider(cuda, 3, (asked) => Promise.resolve(asked));
    expect(provider).toBe('cuda:0');
    expect(options).toMatchObject({
      executionProviders: [{ name: 'cuda', deviceId: 0 }],
      intraOpNumThreads: 3,
      extra: { 'session.intra_op.allow_spinning': '0', 'session.disable_cpu_ep_fallback': '1' },
    });
  });

  it('says that a part of the model runs on the CPU', async () => {
    const { session, provider } = await openOnProvider(cuda, 1, complain);
    expect(provider).toBe('cuda:0+cpu');
    await session.release();
  });

  it('rejects when the provider cannot be used', async () => {
    await expect(openOnProvider(cuda, 1, () => Promise.reject(new Error('no driver')))).rejects.toThrow('no driver');
  });
});
