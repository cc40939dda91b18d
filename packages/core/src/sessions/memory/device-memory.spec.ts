import { totalmem } from 'node:os';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createTotalMemory, createUsedMemory, declaredBytes } from './device-memory.js';

const MIB = 2 ** 20;
const none = () => Promise.reject(new Error('ENOENT'));
afterEach(() => vi.unstubAllEnvs());

it('declares a model by all its files', () => {
  const data = { url: 'file:///a.data', sha256: 'a', bytes: 100 * MIB };
  expect(declaredBytes({ bytes: MIB, data }) - declaredBytes({ bytes: MIB })).toBe(200 * MIB);
});

describe('the memory of the CPU', () => {
  it('is at most the host’s, and of a process’s share JavaScript’s own buffers are none', async () => {
    expect(await createTotalMemory(none)('cpu')).toBeLessThanOrEqual(totalmem());
    const before = (await createUsedMemory(none)('cpu'))!;
    const buffer = new Uint8Array(100 * MIB).fill(1);
    const after = (await createUsedMemory(none)('cpu'))!;
    expect(Math.abs(after - before)).toBeLessThan(buffer.length / 2);
    expect(after).toBeLessThan(process.memoryUsage.rss());
  });
});

describe('the memory of a card', () => {
  const ask = vi.fn((args: readonly string[]) =>
    Promise.resolve(args.some((arg) => arg.includes('memory.total')) ? '81559\n' : `1, 4000\n${process.pid}, 512\n`),
  );

  it('is what the driver says of this process on that card', async () => {
    vi.stubEnv('CUDA_VISIBLE_DEVICES', '2,GPU-5e');
    expect(await createTotalMemory(ask)('cuda:0')).toBe(81_559 * MIB);
    expect(await createUsedMemory(ask)('cuda:1')).toBe(512 * MIB);
    expect(ask.mock.calls.map(([args]) => args[0])).toEqual(['--id=2', '--id=GPU-5e']);
  });

  it.each([
    ['no tool', none, 'cuda:0'],
    ['a driver that does not say', () => Promise.resolve(`${process.pid}, [N/A]\n`), 'cuda:0'],
    ['a driver that knows other processes only', () => Promise.resolve('1, 4000\n'), 'cuda:0'],
    ['another kind of card', ask, 'webgpu'],
  ])('is unknown with %s', async (_, asking, device) => {
    expect(await createUsedMemory(asking)(device)).toBeUndefined();
  });
});
