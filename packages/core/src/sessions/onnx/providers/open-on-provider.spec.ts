import { readFile } from 'node:fs/promises';
import { InferenceSession } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { openOnProvider } from './open-on-provider.js';
import { parseProvider } from './parse-provider.js';

const cuda = parseProvider('cuda:0', ['cuda']);
const cpu = parseProvider('cpu', ['cpu']);
const ONE = { count: 1, isSpinning: true };
type Options = InferenceSession.SessionOptions;

/** What onnxruntime itself says: the CPU, asked for by another name, may not be fallen back to. */
async function complain(options: Options) {
  const model = await readFile(new URL('../../../../test-models/encoder.onnx', import.meta.url));
  return InferenceSession.create(model, { ...options, executionProviders: ['cpu'] });
}

describe('openOnProvider', () => {
  it('asks for that provider alone, without spinning threads', async () => {
    const { session: options, provider } = await openOnProvider(cuda, { count: 3, isSpinning: false }, (asked) =>
      Promise.resolve(asked),
    );
    expect(provider).toBe('cuda:0');
    expect(options).toMatchObject({
      executionProviders: [{ name: 'cuda', deviceId: 0 }],
      intraOpNumThreads: 3,
      extra: { 'session.intra_op.allow_spinning': '0', 'session.disable_cpu_ep_fallback': '1' },
    });
  });

  it.each([
    [1, '0'],
    [4, '1'],
  ])('lets %i threads wait in a loop during a run only if there are several: %s', async (count, spinning) => {
    const asked = await openOnProvider(cpu, { count, isSpinning: true }, (options) => Promise.resolve(options));
    const extra = { 'session.intra_op.allow_spinning': spinning, 'session.force_spinning_stop': '1' };
    expect(asked.session).toMatchObject({ intraOpNumThreads: count, extra });
  });

  it('says that a part of the model runs on the CPU', async () => {
    const { session, provider } = await openOnProvider(cuda, ONE, complain);
    expect(provider).toBe('cuda:0+cpu');
    await session.release();
  });

  it('rejects when the provider cannot be used', async () => {
    await expect(openOnProvider(cuda, ONE, () => Promise.reject(new Error('no driver')))).rejects.toThrow('no driver');
  });
});
