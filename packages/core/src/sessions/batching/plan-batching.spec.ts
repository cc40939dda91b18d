import { describe, expect, it } from 'vitest';
import type { ModelSpec } from '../../contract/index.js';
import { parseOptions } from '../../contract/options/parse-options.js';
import { batchingOptions, checkBatchedProviders } from './batching-options.js';
import { planBatching } from './plan-batching.js';

const tensor = { name: 'x', dtype: 'float32', shape: ['batch', 2] } as const;
const spec: ModelSpec = { url: 'file:///a.onnx', sha256: 'a', bytes: 1, inputs: [tensor], outputs: [tensor] };
const [plain, prompted] = [
  { spec, isPrompted: false },
  { spec, isPrompted: true },
];

describe('planBatching', () => {
  it('joins where it gains: everything on a GPU, prompts on the CPU, nothing elsewhere', () => {
    for (const provider of ['cuda', 'cuda:1', 'cuda:0+cpu', 'webgpu']) {
      expect(planBatching({ provider }, plain)).toEqual({ maxBatch: 8 });
    }
    expect(planBatching({ provider: 'cpu' }, plain)).toBeUndefined();
    expect(planBatching({ provider: 'cpu' }, prompted)).toEqual({ maxBatch: 4 });
    for (const provider of ['tensorrt', 'coreml', 'remote:triton', 'toString']) {
      expect(planBatching({ provider }, prompted)).toBeUndefined();
    }
  });

  it('does as the config says, else as the session says', () => {
    const own = { maxBatch: 3 };
    expect(planBatching({ provider: 'mine', batching: own }, plain)).toBe(own);
    expect(planBatching({ provider: 'cuda:0', batching: own }, plain)).toBe(own);
    const given = { maxBatch: 16, waitMs: 2 };
    expect(planBatching({ provider: 'remote:triton' }, plain, { remote: given })).toBe(given);
    expect(planBatching({ provider: 'cuda:0', batching: own }, plain, { cuda: given })).toBe(given);
    expect(planBatching({ provider: 'cuda' }, plain, { cuda: false })).toBeUndefined();
    expect(planBatching({ provider: 'cpu' }, plain, { cpu: given })).toBe(given);
    expect(planBatching({ provider: 'cpu' }, prompted, { cuda: given })).toEqual({ maxBatch: 4 });
  });

  it('never joins what was not made for it, whatever anybody says', () => {
    const options = { cuda: { maxBatch: 8 } };
    const fixed = { ...tensor, shape: [1, 2] };
    const model = { spec: { ...spec, inputs: [tensor, fixed] }, isPrompted: true };
    expect(planBatching({ provider: 'cuda' }, model, options)).toBeUndefined();
    expect(planBatching({ provider: 'cuda', batching: false }, plain, options)).toBeUndefined();
  });
});

describe('the option batching', () => {
  const check = (given: unknown, hasOwnBackend = false): void => {
    const checked = parseOptions(batchingOptions, given, { code: 'INVALID_MANIFEST', name: 'batching' });
    if (!hasOwnBackend) checkBatchedProviders(checked);
  };

  it.each<[unknown, RegExp]>([
    [3, /batching is an object/],
    [{ cudaa: false }, /names "cudaa"; execution providers are cpu, cuda, .*Did you mean "cuda"\?/],
    [{ 'cuda:1': false }, /Leave out the device: "cuda"/],
    [{ cuda: true }, /batching\.cuda is false, or \{ maxBatch, waitMs \}.*got true/],
    [{ cuda: { maxBatch: 0 } }, /from 1 to 64/],
    [{ cuda: { maxBatch: 2.5 } }, /whole number/],
    [{ cuda: { maxBatch: 8, waitMs: -1 } }, /from 0 to 1000/],
    [{ cuda: { maxBatch: 8, wait: 3 } }, /got \{"maxBatch":8,"wait":3\}/],
    [{ cuda: {} }, /whole number/],
  ])('refuses %j', (options, message) => {
    expect(() => check(options)).toThrow(expect.objectContaining({ code: 'INVALID_MANIFEST' }));
    expect(() => check(options)).toThrow(message);
  });

  it('takes what is right, and names of a backend of its own', () => {
    check({ cuda: { maxBatch: 8, waitMs: 1.5 }, cpu: false });
    check({ remote: { maxBatch: 8 } }, true);
    expect(() => check({ remote: { maxBatch: 8 } })).toThrow('"remote"');
  });
});
