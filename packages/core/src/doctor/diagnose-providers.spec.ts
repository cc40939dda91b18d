import { describe, expect, it } from 'vitest';
import {
  changeMachine,
  factsOf,
  findingOf,
  GPU_SERVER,
  ldconfig,
  ldd,
  WITHOUT_CUDA_LIBRARIES,
  type FakeMachine,
} from '../../test/fake-machine.js';
import { diagnose } from './diagnose.js';
import type { Facts } from './facts.js';

const NO_NVIDIA = {
  files: { '/proc/driver/nvidia/version': undefined },
  folders: { '/dev': ['null'], '/dev/dri': [] },
  programs: { 'nvidia-smi': undefined, ldconfig: ldconfig() },
};
const CONTAINER = { '/': ['.dockerenv', 'bin'] };

/** Text in an order: the first part of a pattern to stand in `found`, the second in `remedy`. */
async function explain(provider: string, machine: FakeMachine) {
  const finding = findingOf(await factsOf(machine), `provider:${provider}`);
  return `${finding?.state} ${finding?.found} -> ${finding?.remedy}`;
}

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
