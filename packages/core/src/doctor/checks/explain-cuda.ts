import type { Facts } from '../facts.js';

/** Why a provider does not work, and what mends it. */
export interface Explanation {
  readonly why: string;
  readonly remedy?: string;
}

/**
 * onnxruntime-node's CUDA libraries are built for these (its install-metadata.js; onnxruntime.ai, "CUDA Execution
 * Provider").
 */
const CUDA = 12;
const CUDNN = 9;
/** The first driver for CUDA 12 (NVIDIA, "CUDA Compatibility"). */
const LEAST_DRIVER = 525;

const PROVIDER = 'libonnxruntime_providers_cuda.so';

/**
 * Why `cuda` does not work, by the first thing on its way that is not there; undefined if everything that is known of
 * is.
 */
export function explainCuda({ node, runtime, gpu }: Pick<Facts, 'node' | 'runtime' | 'gpu'>): Explanation | undefined {
  if (runtime.state === 'broken') return { why: 'onnxruntime cannot be loaded' };
  if (node.platform !== 'linux' || node.arch !== 'x64') {
    return { why: `onnxruntime-node has CUDA for linux x64 only, not for ${node.platform} ${node.arch}` };
  }
  const hasDevice = gpu.devices.some((name) => /^nvidia\d+$|^dxg$/.test(name)) || gpu.nvidiaGpus.length > 0;
  if (!hasDevice) return explainNoDevice(gpu);
  return explainDriver(gpu) ?? explainProvider(runtime) ?? explainLibraries(runtime.missingForCuda, gpu.libraries);
}

function explainNoDevice({ nvidiaDriver, isContainer }: Facts['gpu']): Explanation {
  if (nvidiaDriver !== undefined) {
    return isContainer
      ? {
          why: `the host has an NVIDIA driver (${nvidiaDriver}), and this container was given no GPU`,
          remedy: 'docker run --gpus all ..., with the NVIDIA Container Toolkit on the host',
        }
      : {
          why: `there is an NVIDIA driver (${nvidiaDriver}) and no device /dev/nvidia0`,
          remedy: 'sudo nvidia-modprobe -u -c=0',
        };
  }
  const why = 'there is no NVIDIA GPU on this machine, or no driver for it';
  return isContainer
    ? { why: `${why}; if the host has one, this container was not given it`, remedy: 'docker run --gpus all ...' }
    : { why };
}

function explainDriver({ nvidiaDriver, libraries, isContainer }: Facts['gpu']): Explanation | undefined {
  if (!libraries.includes('libcuda.so.1')) {
    return isContainer
      ? {
          why: "the driver's libcuda.so.1 is not in this container",
          remedy: 'docker run --gpus all -e NVIDIA_DRIVER_CAPABILITIES=compute,utility ...',
        }
      : {
          why: "the driver's libcuda.so.1 is not there",
          remedy: `install the NVIDIA driver, ${LEAST_DRIVER} or newer: sudo apt-get install nvidia-driver-570`,
        };
  }
  const major = Number.parseInt(nvidiaDriver ?? '', 10);
  if (!(major < LEAST_DRIVER)) return undefined;
  return {
    why: `the NVIDIA driver ${nvidiaDriver!} is too old for CUDA ${CUDA}, which needs ${LEAST_DRIVER} or newer`,
    remedy: 'update the driver on the host: sudo apt-get install nvidia-driver-570',
  };
}

/**
 * The libraries are fetched by an install script, which npm or an administrator may have told not to run: by that same
 * variable, before which an option counts for nothing.
 */
function explainProvider({
  libraries,
  folder,
}: Extract<Facts['runtime'], { state: 'loaded' }>): Explanation | undefined {
  if (libraries.includes(PROVIDER) && libraries.includes('libonnxruntime_providers_shared.so')) return undefined;
  return {
    why: `onnxruntime-node's CUDA libraries are not installed: its install script was skipped, or had no connection`,
    remedy:
      `ONNXRUNTIME_NODE_INSTALL=true node "${folder}/script/install.js" (behind a proxy: ` +
      'GLOBAL_AGENT_HTTPS_PROXY=http://host:port)',
  };
}

function explainLibraries(missing: readonly string[], known: readonly string[]): Explanation | undefined {
  if (missing.length === 0) return undefined;
  const list = missing.join(', ');
  const others = known.flatMap((name) => /^libcu(?:blas|blasLt|dart)\.so\.(\d+)$/.exec(name)?.[1] ?? []).map(Number);
  const wantsCuda = missing.some((name) => /^libcu(blas|blasLt|dart|fft|rand)\.so/.test(name));
  const install =
    `apt-get install cuda-libraries-${CUDA}-9 from NVIDIA's repository, or an image such as ` +
    `nvidia/cuda:${CUDA}.9.1-cudnn-runtime-ubuntu24.04`;
  const other = others.find((major) => major !== CUDA);
  if (wantsCuda && other !== undefined && !others.includes(CUDA)) {
    return {
      why: `CUDA ${other} is installed, and onnxruntime-node is built for CUDA ${CUDA}: ${list} not found`,
      remedy: `${install}; the two live side by side`,
    };
  }
  if (wantsCuda) return { why: `CUDA ${CUDA} is not installed: ${list} not found`, remedy: install };
  if (missing.some((name) => name.startsWith('libcudnn'))) {
    const all = known.flatMap((name) => /^libcudnn\.so\.(\d+)$/.exec(name)?.[1] ?? []);
    const found = all.filter((major) => Number(major) !== CUDNN);
    const instead = found.length > 0 ? `; cuDNN ${found.join(', ')} is installed` : '';
    return {
      why: `cuDNN ${CUDNN} is not installed: ${list} not found${instead}`,
      remedy: `apt-get install libcudnn${CUDNN}-cuda-${CUDA} from NVIDIA's repository`,
    };
  }
  return {
    why: `libraries are missing: ${list}`,
    remedy: 'install the packages that bring them, or add their folder to LD_LIBRARY_PATH',
  };
}
