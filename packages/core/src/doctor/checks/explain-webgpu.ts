import type { Facts } from '../facts.js';
import type { Explanation } from './explain-cuda.js';

/** Why `webgpu` does not work on Linux, where it needs Vulkan; undefined if everything that is known of is there. */
export function explainWebgpu({
  node,
  runtime,
  gpu,
}: Pick<Facts, 'node' | 'runtime' | 'gpu'>): Explanation | undefined {
  if (runtime.state === 'broken') return { why: 'onnxruntime cannot be loaded' };
  if (node.platform !== 'linux') return undefined;
  if (!gpu.libraries.includes('libvulkan.so.1')) {
    return {
      why: 'Vulkan is not installed: libvulkan.so.1 not found',
      remedy: 'sudo apt-get install libvulkan1 mesa-vulkan-drivers',
    };
  }
  if (gpu.vulkanDrivers.length === 0) {
    const isNvidia = gpu.devices.some((name) => name.startsWith('nvidia'));
    return {
      why: 'Vulkan knows no driver: there is no file in /usr/share/vulkan/icd.d or /etc/vulkan/icd.d',
      remedy: isNvidia
        ? 'docker run --gpus all -e NVIDIA_DRIVER_CAPABILITIES=compute,graphics,utility ..., or install the whole ' +
          'NVIDIA driver'
        : 'sudo apt-get install mesa-vulkan-drivers',
    };
  }
  const render = gpu.devices.filter((name) => name.startsWith('dri/render'));
  if (render.length === 0 && !gpu.devices.some((name) => name.startsWith('nvidia') || name === 'dxg')) {
    return {
      why: 'there is no GPU: no device under /dev/dri',
      ...(gpu.isContainer && { remedy: 'docker run --device /dev/dri ...' }),
    };
  }
  if (render.length > 0 && gpu.usableRenderDevices.length === 0) {
    return {
      why: `this user may not open ${render.map((name) => `/dev/${name}`).join(', ')}`,
      remedy: 'sudo usermod -aG render $USER (docker run --group-add render), then log in again',
    };
  }
  return undefined;
}
