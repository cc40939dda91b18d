import type { GpuFacts } from '../facts.js';
import type { Machine } from '../machine.js';

const SMI = ['nvidia-smi', '/usr/lib/wsl/lib/nvidia-smi'];
const LDCONFIG = ['/sbin/ldconfig', 'ldconfig'];
const VULKAN_FOLDERS = ['/usr/share/vulkan/icd.d', '/etc/vulkan/icd.d', '/usr/local/share/vulkan/icd.d'];
/** The loader's names end with the major version: `libcudnn.so.9`. */
const OF_INTEREST = /^lib(cuda|cublas|cublasLt|cudart|cufft|curand|cudnn|nvinfer|vulkan)\.so\.\d+$/;

/** GPUs, their drivers and the libraries that a GPU's providers load. */
export async function probeGpu(machine: Machine): Promise<GpuFacts> {
  const smi = await runFirst(machine, SMI, ['--query-gpu=name,driver_version', '--format=csv,noheader']);
  const gpus = parseSmi(smi ?? '');
  const render = machine.list('/dev/dri').map((name) => `dri/${name}`);
  const devices = [...machine.list('/dev').filter((name) => /^(nvidia|dxg$)/.test(name)), ...render];
  return {
    nvidiaDriver: gpus[0]?.driver ?? parseKernelDriver(machine.read('/proc/driver/nvidia/version') ?? ''),
    nvidiaGpus: gpus.map(({ name }) => name),
    devices,
    usableRenderDevices: render.filter((name) => name.startsWith('dri/render') && machine.canUse(`/dev/${name}`)),
    libraries: await listLibraries(machine),
    vulkanDrivers: listVulkanDrivers(machine),
    isContainer: isContainer(machine),
  };
}

async function runFirst(machine: Machine, programs: readonly string[], args: readonly string[]) {
  for (const program of programs) {
    const output = await machine.run(program, args);
    if (output !== undefined) return output;
  }
  return undefined;
}

/** `NVIDIA H100 80GB HBM3, 550.54.15`, a line each. */
function parseSmi(output: string): { readonly name: string; readonly driver: string }[] {
  return output.split('\n').flatMap((line) => {
    const [, name, driver] = /^(.+), (\d+(?:\.\d+)+)\s*$/.exec(line) ?? [];
    return name !== undefined && driver !== undefined ? [{ name, driver }] : [];
  });
}

/**
 * `NVRM version: NVIDIA UNIX x86_64 Kernel Module  550.54.15  Tue Mar  5 ...`, or `... Open Kernel Module for x86_64
 * 570.86.15 ...`.
 */
function parseKernelDriver(text: string): string | undefined {
  return /Kernel Module\D*?(?: for \S+)?\s+(\d+(?:\.\d+)+)/.exec(text)?.[1];
}

/** As the loader finds them: its cache, and LD_LIBRARY_PATH before it. */
async function listLibraries(machine: Machine): Promise<readonly string[]> {
  const cached = (await runFirst(machine, LDCONFIG, ['-p'])) ?? '';
  const known = cached.split('\n').map((line) => line.trim().split(' ')[0]!);
  const folders = (machine.environment.LD_LIBRARY_PATH ?? '').split(':').filter((folder) => folder !== '');
  const named = folders.flatMap((folder) => machine.list(folder));
  return [...new Set([...known, ...named])].filter((name) => OF_INTEREST.test(name)).sort();
}

function listVulkanDrivers(machine: Machine): readonly string[] {
  const { VK_DRIVER_FILES, VK_ICD_FILENAMES, HOME } = machine.environment;
  const own = HOME === undefined ? [] : [`${HOME}/.local/share/vulkan/icd.d`];
  const named = (VK_DRIVER_FILES ?? VK_ICD_FILENAMES ?? '').split(':').filter((path) => path !== '');
  return [...named, ...[...VULKAN_FOLDERS, ...own].flatMap((folder) => machine.list(folder))];
}

function isContainer(machine: Machine): boolean {
  if (machine.environment.KUBERNETES_SERVICE_HOST !== undefined) return true;
  if (machine.list('/').includes('.dockerenv') || machine.list('/run').includes('.containerenv')) return true;
  return /docker|containerd|kubepods|libpod|lxc/.test(machine.read('/proc/1/cgroup') ?? '');
}
