import { describe, expect, it } from 'vitest';
import {
  changeMachine,
  factsOf,
  GPU_SERVER,
  ldconfig,
  ldd,
  WITHOUT_CUDA_LIBRARIES,
  type FakeMachine,
} from '../../test/fake-machine.js';
import { diagnose } from './diagnose.js';
import type { Facts } from './facts.js';
import { formatReport } from './format-report.js';

const NO_NVIDIA = {
  files: { '/proc/driver/nvidia/version': undefined },
  folders: { '/dev': ['null'], '/dev/dri': [] },
  programs: { 'nvidia-smi': undefined, ldconfig: ldconfig() },
};
const CONTAINER = { '/': ['.dockerenv', 'bin'] };

function findingOf(facts: Facts, id: string) {
  return diagnose(facts).findings.find((finding) => finding.id === id);
}

/** Text in an order: the first part of a pattern to stand in `found`, the second in `remedy`. */
async function explain(provider: string, machine: FakeMachine) {
  const finding = findingOf(await factsOf(machine), `provider:${provider}`);
  return `${finding?.state} ${finding?.found} -> ${finding?.remedy}`;
}

describe('a server whose GPU works', () => {
  it('is healthy', async () => {
    const { isHealthy, findings } = diagnose(await factsOf(GPU_SERVER, ['cpu', 'cuda', 'webgpu', 'tensorrt']));
    expect(isHealthy).toBe(true);
    expect(findings.map(({ id, state }) => `${id} ${state}`)).toEqual([
      'node ok',
      'onnxruntime ok',
      'provider:cuda ok',
      'provider:cpu ok',
      'provider:webgpu ok',
      'provider:tensorrt ok',
      'cores ok',
      'memory ok',
      'cache ok',
      'config ok',
      'model:automed ok',
    ]);
  });

  it('is told of a provider that leaves a part to the CPU', async () => {
    const facts = await factsOf(GPU_SERVER, ['cpu']);
    const test = { provider: 'cuda', state: 'passed', used: 'cuda+cpu', openMs: 1, runMs: 1, runs: 1 } as const;
    expect(findingOf({ ...facts, selfTests: [test, ...facts.selfTests] }, 'provider:cuda')).toMatchObject({
      state: 'notice',
      found: expect.stringContaining('in part, as cuda+cpu') as string,
    });
  });
});

it('a config whose zoo cannot start is a fault, in the words of the start', async () => {
  const facts = await factsOf(GPU_SERVER);
  const refused = { ...facts, config: { ...facts.config, refusal: 'memoryBudget: raise it' } } as Facts;
  expect(diagnose(refused).isHealthy).toBe(false);
  expect(findingOf(refused, 'start')).toEqual({ id: 'start', state: 'fault', found: 'memoryBudget: raise it' });
});

describe('a GPU that the config asks for and that does not work', () => {
  it.each<[string, FakeMachine, RegExp]>([
    ['no GPU at all', changeMachine(NO_NVIDIA), /there is no NVIDIA GPU .* -> undefined/],
    [
      'no GPU in a container',
      changeMachine({ ...NO_NVIDIA, folders: { ...NO_NVIDIA.folders, ...CONTAINER } }),
      /this container was not given it -> docker run --gpus all/,
    ],
    [
      'a driver on the host, and a container without its GPU',
      changeMachine({ programs: NO_NVIDIA.programs, folders: { ...NO_NVIDIA.folders, ...CONTAINER } }),
      /the host has an NVIDIA driver \(550\.54\.15\), and this container was given no GPU -> docker run --gpus all .*NVIDIA Container Toolkit/,
    ],
    [
      'no device files',
      changeMachine({ programs: NO_NVIDIA.programs, folders: NO_NVIDIA.folders }),
      /no device \/dev\/nvidia0 -> sudo nvidia-modprobe/,
    ],
    [
      'no libcuda',
      changeMachine({ programs: { 'nvidia-smi': undefined, ldconfig: ldconfig('libcublas.so.12') } }),
      /libcuda\.so\.1 is not there -> install the NVIDIA driver/,
    ],
    [
      'no libcuda in a container',
      changeMachine({ folders: CONTAINER, programs: { 'nvidia-smi': undefined, ldconfig: ldconfig() } }),
      /libcuda\.so\.1 is not in this container -> docker run .*NVIDIA_DRIVER_CAPABILITIES=compute,utility/,
    ],
    [
      'an old driver',
      changeMachine({ programs: { 'nvidia-smi': 'Tesla V100-SXM2-16GB, 470.256.02\n' } }),
      /driver 470\.256\.02 is too old for CUDA 12, which needs 525 or newer -> update the driver/,
    ],
    [
      'a skipped install script',
      changeMachine({ folders: WITHOUT_CUDA_LIBRARIES }),
      /CUDA libraries are not installed: its install script was skipped.* -> ONNXRUNTIME_NODE_INSTALL=true node "\/app\/node_modules\/onnxruntime-node\/script\/install\.js"/,
    ],
    [
      'no CUDA',
      changeMachine({
        programs: { ldconfig: ldconfig('libcuda.so.1'), ldd: ldd('libcublasLt.so.12', 'libcudart.so.12') },
      }),
      /CUDA 12 is not installed: libcublasLt\.so\.12, libcudart\.so\.12 not found -> apt-get install cuda-libraries-12/,
    ],
    [
      'CUDA of another major version',
      changeMachine({
        programs: {
          ldconfig: ldconfig('libcuda.so.1', 'libcublas.so.13', 'libcudart.so.13'),
          ldd: ldd('libcublasLt.so.12'),
        },
      }),
      /CUDA 13 is installed, and onnxruntime-node is built for CUDA 12: libcublasLt\.so\.12 not found -> apt-get install cuda-libraries-12.*side by side/,
    ],
    [
      'no cuDNN',
      changeMachine({
        programs: { ldconfig: ldconfig('libcuda.so.1', 'libcublas.so.12'), ldd: ldd('libcudnn.so.9') },
      }),
      /cuDNN 9 is not installed: libcudnn\.so\.9 not found -> apt-get install libcudnn9-cuda-12/,
    ],
    [
      'cuDNN of another major version',
      changeMachine({
        programs: { ldconfig: ldconfig('libcuda.so.1', 'libcublas.so.12', 'libcudnn.so.8'), ldd: ldd('libcudnn.so.9') },
      }),
      /libcudnn\.so\.9 not found; cuDNN 8 is installed -> /,
    ],
    ['a fault that nothing explains', GPU_SERVER, /it says: Failed to load shared library -> undefined/],
    [
      'another processor',
      changeMachine({ arch: 'arm64' }),
      /CUDA for linux x64 only, not for linux arm64 -> undefined/,
    ],
  ])('is explained: %s', async (_, machine, pattern) => {
    expect(await explain('cuda', machine)).toMatch(pattern);
    const facts = await factsOf(machine);
    expect(findingOf(facts, 'provider:cuda')).toMatchObject({
      state: 'fault',
      found: expect.stringMatching(/^does not work, and the config asks for it: /) as string,
    });
    expect(diagnose(facts).isHealthy).toBe(false);
  });

  it('is a notice where the config does not ask for it', async () => {
    const facts = await factsOf(changeMachine({ folders: WITHOUT_CUDA_LIBRARIES }));
    const config = { ...(facts.config as Extract<Facts['config'], { state: 'loaded' }>), providers: ['cpu'] };
    const { isHealthy, findings } = diagnose({ ...facts, config });
    expect(isHealthy).toBe(true);
    expect(findings.find(({ id }) => id === 'provider:cuda')?.state).toBe('notice');
    const own = diagnose({ ...facts, config: { ...config, providers: ['cuda'], hasOwnBackend: true } });
    expect(own.isHealthy).toBe(true);
  });

  it('is looked up by its name where it has a number, and refused where there is no such provider', async () => {
    const facts = await factsOf(GPU_SERVER, ['cpu', 'cuda:1']);
    const config = {
      ...(facts.config as Extract<Facts['config'], { state: 'loaded' }>),
      providers: ['cuda:1', 'coreml'],
    };
    const { findings, isHealthy } = diagnose({ ...facts, config });
    expect(findings.map(({ id }) => id)).not.toContain('provider:cuda');
    expect(findings.find(({ id }) => id === 'provider:cuda:1')?.state).toBe('fault'); // nobody tested it
    expect(findings.find(({ id }) => id === 'provider:coreml')).toMatchObject({
      state: 'fault',
      remedy: expect.stringContaining('cpu, webgpu, cuda, tensorrt') as string,
    });
    expect(isHealthy).toBe(false);
  });
});

describe('WebGPU and TensorRT', () => {
  it.each<[string, string, FakeMachine, RegExp]>([
    [
      'webgpu',
      'no Vulkan',
      changeMachine({ programs: { ldconfig: ldconfig() } }),
      /libvulkan\.so\.1 not found -> sudo apt-get install libvulkan1/,
    ],
    [
      'webgpu',
      'no driver for Vulkan, beside an NVIDIA GPU',
      changeMachine({ folders: { '/usr/share/vulkan/icd.d': [] } }),
      /Vulkan knows no driver.* -> docker run .*graphics/,
    ],
    [
      'webgpu',
      'no driver for Vulkan',
      changeMachine({ folders: { ...NO_NVIDIA.folders, '/usr/share/vulkan/icd.d': [] } }),
      /Vulkan knows no driver.* -> sudo apt-get install mesa-vulkan-drivers/,
    ],
    ['webgpu', 'no GPU', changeMachine({ folders: NO_NVIDIA.folders }), /no device under \/dev\/dri -> undefined/],
    [
      'webgpu',
      'no GPU in a container',
      changeMachine({ folders: { ...NO_NVIDIA.folders, ...CONTAINER } }),
      /no device under \/dev\/dri -> docker run --device \/dev\/dri/,
    ],
    [
      'webgpu',
      'no right to it',
      changeMachine({ usable: [] }),
      /may not open \/dev\/dri\/renderD128 -> sudo usermod -aG render/,
    ],
    [
      'tensorrt',
      'no TensorRT',
      changeMachine({ programs: { ldconfig: ldconfig('libcuda.so.1', 'libcublas.so.12', 'libcudnn.so.9') } }),
      /TensorRT 10 is not installed.* -> apt-get install libnvinfer10/,
    ],
    ['tensorrt', 'no CUDA', changeMachine({ programs: { ldd: ldd('libcudnn.so.9') } }), /cuDNN 9 is not installed/],
  ])('%s is explained: %s', async (provider, _, machine, pattern) => {
    expect(await explain(provider, machine)).toMatch(pattern);
  });
});

describe('the rest of a machine', () => {
  it('is faulty where nothing could run', async () => {
    const facts = await factsOf(GPU_SERVER, ['cpu', 'cuda']);
    const old = { ...facts.node, version: '20.11.1' };
    expect(findingOf({ ...facts, node: old }, 'node')).toMatchObject({ state: 'fault' });
    expect(findingOf({ ...facts, selfTests: [] }, 'provider:cpu')).toMatchObject({ state: 'fault' });
    const broken = (reason: string) => {
      const { findings } = diagnose({ ...facts, runtime: { state: 'broken', reason }, selfTests: [] });
      expect(findings.some(({ id }) => id.startsWith('provider:'))).toBe(false);
      return findings.find(({ id }) => id === 'onnxruntime');
    };
    expect(broken("/lib/libc.so.6: version `GLIBC_2.28' not found")).toMatchObject({
      state: 'fault',
      remedy: expect.stringContaining('node:24-slim') as string,
    });
    expect(broken("Cannot find module '../bin/napi-v6/linux/x64/onnxruntime_binding.node'")?.remedy).toContain(
      'npm ci',
    );
  });

  it('is told of what will hurt', async () => {
    const facts = await factsOf(GPU_SERVER, ['cpu', 'cuda']);
    expect(findingOf(facts, 'cores')?.found).toBe(
      "4 for a model run, by the container's quota or the processors that it may use; the host has 16",
    );
    expect(findingOf(facts, 'memory')).toMatchObject({
      state: 'ok',
      found: "4.0 GB, the container's limit; the host has 64.0 GB",
    });
    const small = { ...facts.limits, memoryLimitBytes: 0.25e9 };
    expect(findingOf({ ...facts, limits: small }, 'memory')).toMatchObject({ state: 'notice' });
  });

  it('needs a cache folder only for what is to be fetched', async () => {
    const facts = await factsOf(GPU_SERVER, ['cpu', 'cuda']);
    const config = facts.config as Extract<Facts['config'], { state: 'loaded' }>;
    const absent = { ...config, models: [{ ...config.models[0]!, bytes: 1e9, state: 'absent' as const }] };
    const closed = { ...facts.cache, fault: 'this user may not write to it (EACCES)' };
    expect(findingOf({ ...facts, cache: closed }, 'cache')?.state).toBe('notice');
    expect(findingOf({ ...facts, cache: closed, config: absent }, 'cache')?.state).toBe('fault');
    expect(findingOf({ ...facts, cache: { ...facts.cache, freeBytes: 1e6 }, config: absent }, 'cache')).toMatchObject({
      state: 'fault',
      found: expect.stringContaining('1.0 GB are to be fetched') as string,
    });
    expect(findingOf({ ...facts, config: absent }, 'model:automed')).toMatchObject({
      state: 'notice',
      remedy: 'npx @medzoo/cli prefetch',
    });
    const offline = { ...facts.cache, isOffline: true };
    expect(findingOf({ ...facts, cache: offline, config: absent }, 'model:automed')).toMatchObject({ state: 'fault' });
  });

  it('is unhealthy with a config that does not load, has no heads, or whose weights are not the declared ones', async () => {
    const facts = await factsOf(GPU_SERVER, ['cpu', 'cuda']);
    const config = facts.config as Extract<Facts['config'], { state: 'loaded' }>;
    const faulty = {
      ...config.models[0]!,
      state: 'faulty' as const,
      code: 'WEIGHTS_CORRUPT' as const,
      reason: 'They differ.',
    };
    const isHealthy = (changed: Facts['config']) => diagnose({ ...facts, config: changed }).isHealthy;
    expect(isHealthy({ state: 'broken', path: 'a.mjs', reason: 'it has the default export 3' })).toBe(false);
    expect(isHealthy({ ...config, heads: [] })).toBe(false);
    expect(isHealthy({ ...config, models: [faulty] })).toBe(false);
    expect(isHealthy({ state: 'absent', path: 'medzoo.config.mjs' })).toBe(true);
  });
});

describe('the report', () => {
  it('has one line a finding and its remedy below', async () => {
    const report = formatReport(
      diagnose(await factsOf(changeMachine({ programs: { ldd: ldd('libcudnn.so.9') } }), ['cpu', 'webgpu'])),
    );
    expect(report.split('\n').length).toBeLessThanOrEqual(24);
    expect(report).toMatch(/^ok {4}node {15}24\.1\.0 on linux x64\n/);
    expect(report).toMatch(/\nFAULT provider:cuda {6}does not work.*\n {25}-> apt-get install libcudnn9/);
    expect(report).toMatch(/\n\n1 fault\.\n$/);
  });
});
