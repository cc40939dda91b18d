import { diagnose } from '../src/doctor/diagnose.js';
import type { Facts, SelfTest } from '../src/doctor/facts.js';
import type { Machine } from '../src/doctor/machine.js';
import { probeGpu } from '../src/doctor/probes/probe-gpu.js';
import { probeInt8 } from '../src/doctor/probes/probe-int8.js';
import { probeLibraries } from '../src/doctor/probes/probe-runtime.js';

/** A machine as data; undefined stands for a file or program that is not there. */
export interface FakeMachine {
  readonly arch: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly files: Readonly<Record<string, string | undefined>>;
  readonly folders: Readonly<Record<string, readonly string[]>>;
  readonly usable: readonly string[];
  /** What programs write, by their name without its folder. */
  readonly programs: Readonly<Record<string, string | undefined>>;
}

export const ORT = '/app/node_modules/onnxruntime-node';
const BIN = `${ORT}/bin/napi-v6/linux/x64`;

const cached = (names: readonly string[]): string =>
  [
    `${names.length} libs found in cache \`/etc/ld.so.cache'`,
    ...names.map((name) => `\t${name} (libc6,x86-64) => /lib/${name}`),
  ].join('\n');

const CUDA_LIBRARIES = ['libcublas.so.12', 'libcublasLt.so.12', 'libcudart.so.12', 'libcufft.so.11', 'libcurand.so.10'];

/** `ldconfig -p` of a machine with these libraries beside others. */
export const ldconfig = (...names: readonly string[]): string => cached(['libc.so.6', ...names]);

/** `ldd` of the CUDA provider where these are not found. */
export const ldd = (...missing: readonly string[]): string =>
  [
    '\tlinux-vdso.so.1 (0x00007ffd3a1f2000)',
    ...CUDA_LIBRARIES.concat('libcudnn.so.9').map((name) =>
      missing.includes(name) ? `\t${name} => not found` : `\t${name} => /lib/${name} (0x00007f4a5c000000)`,
    ),
    '\tlibc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x00007f4a5be00000)',
  ].join('\n');

/** A server with an H100, driver, CUDA 12, cuDNN 9, TensorRT, Vulkan, and onnxruntime-node with its CUDA libraries. */
export const GPU_SERVER: FakeMachine = {
  arch: 'x64',
  environment: {},
  files: {
    '/proc/driver/nvidia/version':
      'NVRM version: NVIDIA UNIX x86_64 Kernel Module  550.54.15  Tue Mar  5 22:23:56 UTC 2024\nGCC version: 12.2.0\n',
    '/proc/1/cgroup': '0::/init.scope\n',
    '/proc/cpuinfo': 'processor\t: 0\nflags\t\t: fpu sse2 avx2 avx512f avx512_vnni amx_int8\nbugs\t\t:\n',
  },
  folders: {
    '/dev': ['null', 'nvidia0', 'nvidiactl', 'nvidia-uvm', 'tty'],
    '/dev/dri': ['card0', 'renderD128'],
    '/usr/share/vulkan/icd.d': ['nvidia_icd.json'],
    [`${ORT}/bin`]: ['napi-v6'],
    [BIN]: [
      'libonnxruntime.so.1',
      'onnxruntime_binding.node',
      'libonnxruntime_providers_cuda.so',
      'libonnxruntime_providers_shared.so',
      'libonnxruntime_providers_tensorrt.so',
    ],
  },
  usable: ['/dev/dri/renderD128'],
  programs: {
    'nvidia-smi': 'NVIDIA H100 80GB HBM3, 550.54.15\n',
    ldconfig: ldconfig('libcuda.so.1', ...CUDA_LIBRARIES, 'libcudnn.so.9', 'libnvinfer.so.10', 'libvulkan.so.1'),
    ldd: ldd(),
  },
};

/** onnxruntime-node as npm leaves it where install scripts do not run. */
export const WITHOUT_CUDA_LIBRARIES = { [BIN]: ['libonnxruntime.so.1', 'onnxruntime_binding.node'] };

export function createMachine({ arch, environment, files, folders, usable, programs }: FakeMachine): Machine {
  return {
    node: { version: '24.1.0', platform: 'linux', arch },
    environment,
    read: (path) => files[path],
    list: (folder) => folders[folder] ?? [],
    canUse: (path) => usable.includes(path),
    run: (program) => Promise.resolve(programs[program.split('/').at(-1)!]),
  };
}

/** `GPU_SERVER` with what differs; whatever is in a record is laid over. */
export function changeMachine(changes: { readonly [K in keyof FakeMachine]?: FakeMachine[K] }): FakeMachine {
  const { files, folders, programs } = GPU_SERVER;
  return {
    ...GPU_SERVER,
    ...changes,
    files: { ...files, ...changes.files },
    folders: { ...folders, ...changes.folders },
    programs: { ...programs, ...changes.programs },
  };
}

/** What is known of that machine; all its providers fail their self test but those that pass. */
export async function factsOf(fake: FakeMachine, passing: readonly string[] = ['cpu']): Promise<Facts> {
  const machine = createMachine(fake);
  const names = ['cpu', 'webgpu', 'cuda', 'tensorrt'];
  const test = (provider: string): SelfTest =>
    passing.includes(provider)
      ? { provider, state: 'passed', used: provider, openMs: 12.3, runMs: 0.25, runs: 4000 }
      : { provider, state: 'failed', reason: 'Failed to load shared library' };
  return {
    node: machine.node,
    runtime: {
      state: 'loaded',
      version: '1.30.0',
      folder: ORT,
      providers: names.map((name) => ({ name, isBundled: name === 'cpu' || name === 'webgpu' })),
      ...(await probeLibraries(machine, ORT)),
    },
    gpu: await probeGpu(machine),
    limits: { hostCores: 16, threads: 4, hostMemoryBytes: 64e9, memoryLimitBytes: 4e9 },
    int8: await probeInt8(machine),
    cache: { folder: '/var/cache/medzoo', fault: undefined, freeBytes: 9e9, isOffline: false },
    packed: { state: 'usable', folder: '/var/cache/medzoo/packed', models: 6, bytes: 63e6 },
    config: {
      state: 'loaded',
      path: 'medzoo.config.mjs',
      heads: ['automed'],
      providers: ['cuda', 'cpu'],
      hasOwnBackend: false,
      models: [{ id: 'automed', precision: 'reference', sha256: 'a'.repeat(64), bytes: 3.5e6, state: 'verified' }],
    },
    selfTests: names.map(test),
  };
}

/** What the doctor says about one thing, such as `provider:cuda`. */
export function findingOf(facts: Facts, id: string) {
  return diagnose(facts).findings.find((finding) => finding.id === id);
}
