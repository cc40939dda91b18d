import { describe, expect, it } from 'vitest';
import { changeMachine, createMachine, GPU_SERVER, ldconfig } from '../../../test/fake-machine.js';
import { probeGpu } from './probe-gpu.js';

const probe = (changes: Parameters<typeof changeMachine>[0]) => probeGpu(createMachine(changeMachine(changes)));

describe('probeGpu', () => {
  it('reads driver, GPUs, devices and the libraries of interest', async () => {
    expect(await probeGpu(createMachine(GPU_SERVER))).toEqual({
      nvidiaDriver: '550.54.15',
      nvidiaGpus: ['NVIDIA H100 80GB HBM3'],
      devices: ['nvidia0', 'nvidiactl', 'nvidia-uvm', 'dri/card0', 'dri/renderD128'],
      usableRenderDevices: ['dri/renderD128'],
      libraries: [
        'libcublas.so.12',
        'libcublasLt.so.12',
        'libcuda.so.1',
        'libcudart.so.12',
        'libcudnn.so.9',
        'libcufft.so.11',
        'libcurand.so.10',
        'libnvinfer.so.10',
        'libvulkan.so.1',
      ],
      vulkanDrivers: ['nvidia_icd.json'],
      isContainer: false,
    });
  });

  it.each([
    ['NVRM version: NVIDIA UNIX x86_64 Kernel Module  470.256.02  Thu May  2 14:37:44 UTC 2024', '470.256.02'],
    ['NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  570.86.15  Release Build  (root@host)', '570.86.15'],
    [undefined, undefined],
  ])('without nvidia-smi asks the kernel: %s', async (text, driver) => {
    const found = await probe({
      files: { '/proc/driver/nvidia/version': text },
      programs: { 'nvidia-smi': undefined },
    });
    expect(found).toMatchObject({ nvidiaDriver: driver, nvidiaGpus: [] });
  });

  it('takes no words of an nvidia-smi that fails for a GPU', async () => {
    const output = "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver, version 550.\n";
    expect((await probe({ programs: { 'nvidia-smi': output } })).nvidiaGpus).toEqual([]);
  });

  it('looks where the loader looks first', async () => {
    const { libraries } = await probe({
      environment: { LD_LIBRARY_PATH: '/opt/cudnn/lib::/nowhere' },
      folders: { '/opt/cudnn/lib': ['libcudnn.so', 'libcudnn.so.9', 'libcudnn.so.9.1.0', 'libcudnn_ops.so.9'] },
      programs: { ldconfig: ldconfig('libcuda.so.1') },
    });
    expect(libraries).toEqual(['libcuda.so.1', 'libcudnn.so.9']);
  });

  it.each([
    ['Kubernetes', { environment: { KUBERNETES_SERVICE_HOST: '10.0.0.1' } }],
    ['Docker', { folders: { '/': ['.dockerenv'] } }],
    ['Podman', { folders: { '/run': ['.containerenv'] } }],
    ['containerd', { files: { '/proc/1/cgroup': '0::/kubepods/besteffort/pod1\n' } }],
  ])('knows a container: %s', async (_, changes) => {
    expect((await probe(changes)).isContainer).toBe(true);
  });
});
