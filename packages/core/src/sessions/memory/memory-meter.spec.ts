import { describe, expect, it } from 'vitest';
import { float32Tensor, type ModelSpec, type Tensors } from '../../contract/index.js';
import { createMeter, type Account } from './memory-meter.js';

const MIB = 2 ** 20;
const createSpec = (sha256: string, mebibytes: number): ModelSpec => ({
  url: `file:///${sha256}.onnx`,
  sha256,
  bytes: mebibytes * MIB,
  inputs: [],
  outputs: [],
});
const [a, b] = [createSpec('a', 10), createSpec('b', 20)];
const feeds = (count = 1): Tensors => ({ image: float32Tensor([count]) });

/** A device whose memory is what the test says. */
function createDevice() {
  const device: { used: number | undefined } = { used: 0 };
  const meter = createMeter(() => Promise.resolve(device.used === undefined ? undefined : device.used * MIB));
  const grow = (mebibytes: number) => () => {
    if (device.used !== undefined) device.used += mebibytes;
    return Promise.resolve({} as Tensors);
  };
  const open = async (spec: ModelSpec, mebibytes: number) => (await meter.open('gpu', spec, grow(mebibytes))).account;
  const release = (account: Account, mebibytes: number) =>
    account.release(() => grow(-mebibytes)().then(() => undefined));
  return { device, meter, grow, open, release, unreturned: () => meter.unreturnedBytes('gpu') / MIB };
}

describe('a model’s memory', () => {
  it('is what opening took and the first runs, and runs on more than before', async () => {
    const { open, grow } = createDevice();
    const account = await open(a, 30);
    expect(account.measuredBytes).toBe(30 * MIB);
    for (const [mebibytes, count] of [
      [9, 1],
      [6, 1],
      [100, 1], // not looked at any more: it might be anything
      [5, 4],
    ] as const) {
      await account.run(feeds(count), grow(mebibytes));
    }
    expect(account.measuredBytes).toBe(50 * MIB);
  });

  it('is never less than its files, nor than it was before', async () => {
    const { open, release } = createDevice();
    const small = await open(a, 1);
    expect(small.measuredBytes).toBe(10 * MIB);
    const large = await open(b, 60);
    await release(large, 60);
    const again = await open(b, 25);
    expect(again.measuredBytes).toBe(60 * MIB);
  });

  it('is not known where nobody tells, nor where free memory may have hidden it', async () => {
    const { device, open, release, unreturned } = createDevice();
    const first = await open(a, 40);
    await release(first, 5);
    expect(unreturned()).toBe(35);
    const hidden = await open(b, 0);
    expect(hidden.measuredBytes).toBeUndefined();
    device.used = undefined;
    expect((await open(createSpec('c', 1), 5)).measuredBytes).toBeUndefined();
  });

  it('counts to one model when two open at once', async () => {
    const { open } = createDevice();
    const accounts = await Promise.all([open(a, 30), open(b, 50)]);
    expect(accounts.map(({ measuredBytes }) => measuredBytes! / MIB)).toEqual([30, 50]);
  });
});

describe('what does not come back', () => {
  it('adds up over closings, and is less where the next model uses it', async () => {
    const { open, release, unreturned } = createDevice();
    const first = await open(a, 40);
    expect(unreturned()).toBe(0);
    await release(first, 30);
    expect(unreturned()).toBe(10);
    const second = await open(a, 30); // 10 of its 40 were there
    expect(unreturned()).toBe(0);
    await release(second, 20);
    expect(unreturned()).toBe(20);
  });

  it('counts where closing fails, and not where nobody tells', async () => {
    const { device, open, release, unreturned } = createDevice();
    const stuck = await open(a, 40);
    await expect(stuck.release(() => Promise.reject(new Error('stuck')))).rejects.toThrow('stuck');
    expect(unreturned()).toBe(40);
    const other = await open(b, 70);
    device.used = undefined;
    await release(other, 0);
    expect(unreturned()).toBe(40);
  });

  it('goes on after an opening that failed', async () => {
    const { meter, open } = createDevice();
    await expect(meter.open('gpu', a, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect((await open(b, 30)).measuredBytes).toBe(30 * MIB);
  });
});
