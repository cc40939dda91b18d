import { describe, expect, it } from 'vitest';
import { keyOf, packedFor } from './packed-key.js';

const CPUINFO = `processor\t: 0
vendor_id\t: AuthenticAMD
cpu family\t: 25
model\t\t: 1
model name\t: AMD EPYC
stepping\t: 1
cpu MHz\t\t: 2445.404
flags\t\t: fpu sse2 avx2
bogomips\t: 4890.80

processor\t: 1
vendor_id\t: AuthenticAMD
`;
const model = { url: 'file:///m.onnx', sha256: 'a'.repeat(64), bytes: 10, inputs: [], outputs: [] };
const data = { url: 'file:///m.data', sha256: 'b'.repeat(64), bytes: 10 };
const keyFor = (spec = model, runtime = '1.30.0', cpuinfo = CPUINFO) => keyOf(packedFor(spec, runtime, cpuinfo));

describe('the key of packed weights', () => {
  it('is the same for a file that lies elsewhere, and whatever the clock of the processor', () => {
    expect(keyFor()).toMatch(/^[0-9a-f]{64}$/);
    expect(keyFor({ ...model, url: 'https://example.org/m.onnx' })).toBe(keyFor());
    expect(keyFor(model, '1.30.0', CPUINFO.replace('2445', '1500'))).toBe(keyFor());
  });

  it.each([
    ['another file', keyFor({ ...model, sha256: 'c'.repeat(64) })],
    ['external data', keyFor({ ...model, data } as typeof model)],
    ['another onnxruntime', keyFor(model, '1.31.0')],
    ['a processor with other instructions', keyFor(model, '1.30.0', CPUINFO.replace('avx2', 'avx2 avx512f'))],
    ['another model of processor', keyFor(model, '1.30.0', CPUINFO.replace('model\t\t: 1', 'model\t\t: 17'))],
  ])('differs for %s', (_, key) => {
    expect(key).not.toBe(keyFor());
  });

  it('knows the processors of ARM, and of systems that tell little', () => {
    const arm = (part: string) =>
      `processor\t: 0\nBogoMIPS\t: 243.75\nFeatures\t: fp asimd asimddp\nCPU part\t: ${part}\n`;
    expect(keyFor(model, '1.30.0', arm('0xd0c'))).not.toBe(keyFor(model, '1.30.0', arm('0xd40')));
    expect(packedFor(model, '1.30.0', '').cpu).toHaveLength(1);
  });
});
