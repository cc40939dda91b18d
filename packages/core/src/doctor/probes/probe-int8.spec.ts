import { describe, expect, it } from 'vitest';
import { changeMachine, createMachine, factsOf, findingOf, GPU_SERVER } from '../../../test/fake-machine.js';
import type { Facts } from '../facts.js';
import { probeInt8 } from './probe-int8.js';

const cpuinfo = (line: string) => ({
  files: { '/proc/cpuinfo': `processor\t: 0\n${line}\nprocessor\t: 1\n${line}\n` },
});
const probe = (changes: Parameters<typeof changeMachine>[0], platform = 'linux') => {
  const machine = createMachine(changeMachine(changes));
  return probeInt8({ ...machine, node: { ...machine.node, platform } });
};

describe('the kernel for int8', () => {
  it.each([
    ['vnni', cpuinfo('flags\t\t: fpu avx2 avx512f avx512_vnni')],
    ['vnni', cpuinfo('flags\t\t: fpu avx2 avx_vnni')],
    ['avx2', cpuinfo('flags\t\t: fpu avx avx2 avx512f')],
    ['none', cpuinfo('flags\t\t: fpu sse4_2 avx')],
    ['dot-product', { arch: 'arm64', ...cpuinfo('Features\t: fp asimd asimddp') }],
    ['none', { arch: 'arm64', ...cpuinfo('Features\t: fp asimd') }],
    ['unknown', { files: { '/proc/cpuinfo': undefined } }],
  ] as const)('is %s (%#)', async (kernel, changes) => {
    expect(await probe(changes)).toEqual({ kernel });
  });

  it('is asked of macOS in its own way', async () => {
    const programs = { sysctl: '1\n' };
    expect(await probe({ arch: 'arm64', programs }, 'darwin')).toEqual({ kernel: 'dot-product' });
    expect(await probe({ programs: { sysctl: '0\n' } }, 'darwin')).toEqual({ kernel: 'none' });
    expect(await probe({ programs: { sysctl: undefined } }, 'darwin')).toEqual({ kernel: 'unknown' });
  });

  it('is a note where an encoder in int8 may be slower than in float, and only where the config runs one', async () => {
    const facts = await factsOf(GPU_SERVER);
    const config = facts.config as Extract<Facts['config'], { state: 'loaded' }>;
    const slow = { ...facts, int8: { kernel: 'none' } } as const;
    expect(findingOf(slow, 'int8')).toMatchObject({ state: 'ok' });
    const models = [{ ...config.models[0]!, id: 'encoder', precision: 'int8-static' }];
    expect(findingOf({ ...slow, config: { ...config, models } }, 'int8')).toMatchObject({
      state: 'notice',
      found: expect.stringContaining('the config runs encoder in int8') as string,
      remedy: expect.stringContaining("precision: 'reference'") as string,
    });
    expect(findingOf({ ...facts, config: { ...config, models } }, 'int8')).toMatchObject({ state: 'ok' });
    expect(findingOf({ ...facts, config: { ...config, models } }, 'model:encoder')?.found).toContain('int8-static, ');
  });
});
