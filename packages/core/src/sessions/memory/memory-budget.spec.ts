import { describe, expect, it, vi } from 'vitest';
import { budgetOf, divideBudget, type MemoryBudget } from './memory-budget.js';

const GIB = 2 ** 30;
const total = vi.fn((device: string) => Promise.resolve(device.startsWith('webgpu') ? undefined : 8 * GIB));

describe('memoryBudget', () => {
  it.each<[MemoryBudget, string, number | undefined]>([
    ['4GiB', 'cpu', 4 * GIB],
    ['512 mib', 'cuda:1', 2 ** 29],
    ['1.5GB', 'cpu', 1.5e9],
    ['900kB', 'webgpu', 900_000],
    ['50%', 'cpu', 4 * GIB],
    ['12.5%', 'cuda:0', GIB],
    [{ cpu: '2GiB', gpu: '50%' }, 'cpu', 2 * GIB],
    [{ cpu: '2GiB', gpu: '50%' }, 'cuda:0', 4 * GIB],
    [{ gpu: '50%' }, 'cpu', undefined],
  ])('%j on %s', async (budget, device, bytes) => {
    expect(await budgetOf(budget, device, total)).toBe(bytes);
  });

  it.each([
    '4',
    '4Gi',
    '-1GiB',
    '0MiB',
    '0%',
    '101%',
    '50 % of it',
    '',
    'much',
    4,
    null,
    [],
    {},
    { cpu: 4 },
    { card: '4GiB' },
  ])('refuses %j', async (budget) => {
    const code = 'INVALID_MANIFEST';
    const message = expect.stringMatching(/^memoryBudget is an amount such as '4GiB'.*; got \S/) as string;
    await expect(budgetOf(budget as MemoryBudget, 'cpu', total)).rejects.toMatchObject({ code, message });
  });

  it('cannot be a share where nobody tells how much there is', async () => {
    await expect(budgetOf('50%', 'webgpu', total)).rejects.toThrow('memoryBudget is 50% of the memory of "webgpu"');
  });

  it('is divided by device', async () => {
    const parts = { cpu: 4, gpu: 2 };
    const divided = divideBudget({ cpu: '3GiB', gpu: '50%' }, parts);
    expect(await budgetOf(divided, 'cpu', total)).toBe(0.75 * GIB);
    expect(await budgetOf(divided, 'cuda:0', total)).toBe(2 * GIB);
    expect(await budgetOf(divideBudget('90%', { cpu: 3, gpu: 1 }), 'cpu', total)).toBe(Math.floor(2.4 * GIB));
    expect(divideBudget({ gpu: '50%' }, parts)).toEqual({ gpu: '25%' });
  });
});
