import type { ErrorCode } from '../contract/index.js';

/** What was found out about a machine and a config: plain data, from which the checks draw their conclusions. */
export interface Facts {
  readonly node: NodeFacts;
  readonly runtime: RuntimeFacts;
  readonly gpu: GpuFacts;
  readonly limits: LimitFacts;
  readonly int8: Int8Facts;
  readonly cache: CacheFacts;
  readonly packed: PackedFacts;
  readonly config: ConfigFacts;
  /** Empty where onnxruntime cannot be loaded. */
  readonly selfTests: readonly SelfTest[];
}

export interface NodeFacts {
  /** `20.19.0`. */
  readonly version: string;
  readonly platform: string;
  readonly arch: string;
}

/** onnxruntime-node as it is installed. */
export type RuntimeFacts =
  | {
      readonly state: 'loaded';
      readonly version: string;
      /** Folder of the package. */
      readonly folder: string;
      /** Providers that this build knows; those that are not bundled come as libraries by its install script. */
      readonly providers: readonly { readonly name: string; readonly isBundled: boolean }[];
      /** File names beside its native library. */
      readonly libraries: readonly string[];
      /**
       * Shared libraries that the CUDA provider wants and the loader does not find, such as `libcudnn.so.9`; empty
       * without that provider.
       */
      readonly missingForCuda: readonly string[];
    }
  | { readonly state: 'broken'; readonly reason: string };

export interface GpuFacts {
  /** As nvidia-smi or the kernel's driver says, such as `550.54.15`; undefined where neither does. */
  readonly nvidiaDriver: string | undefined;
  /** Names, such as `NVIDIA H100 80GB HBM3`; empty where nvidia-smi is not there. */
  readonly nvidiaGpus: readonly string[];
  /** Under /dev: `nvidia0`, `nvidiactl`, `dxg`, `dri/renderD128`. */
  readonly devices: readonly string[];
  /** Of `devices` under `dri`: those that this process may open. */
  readonly usableRenderDevices: readonly string[];
  /**
   * Shared libraries of interest that the loader knows, such as `libcuda.so.1`, `libcublas.so.13`, `libvulkan.so.1`.
   */
  readonly libraries: readonly string[];
  /** Drivers that tell Vulkan where they are, by file name. */
  readonly vulkanDrivers: readonly string[];
  readonly isContainer: boolean;
}

export interface LimitFacts {
  readonly hostCores: number;
  /** What a model run uses. */
  readonly threads: number;
  readonly hostMemoryBytes: number;
  /** Of the container; undefined where none is set. */
  readonly memoryLimitBytes: number | undefined;
}

export interface Int8Facts {
  /** The best that the processor has for products of 8-bit numbers; `unknown` where the system does not tell. */
  readonly kernel: 'vnni' | 'avx2' | 'dot-product' | 'none' | 'unknown';
}

export interface CacheFacts {
  readonly folder: string;
  /** Why it cannot be written; undefined if it can. */
  readonly fault: string | undefined;
  readonly freeBytes: number | undefined;
  readonly isOffline: boolean;
}

/** Weights as this machine has packed them, which workers share. */
export type PackedFacts =
  | { readonly state: 'off'; readonly folder: string }
  /** None was made yet. */
  | { readonly state: 'absent'; readonly folder: string }
  | { readonly state: 'unusable'; readonly folder: string; readonly reason: string }
  | { readonly state: 'usable'; readonly folder: string; readonly models: number; readonly bytes: number };

export type ConfigFacts =
  /** Nobody named one and there is none where it would be. */
  | { readonly state: 'absent'; readonly path: string }
  | { readonly state: 'broken'; readonly path: string; readonly reason: string }
  | {
      readonly state: 'loaded';
      readonly path: string;
      readonly heads: readonly string[];
      /** Providers in order of preference; those of single models after those of all. */
      readonly providers: readonly string[];
      /** Its models run elsewhere than in onnxruntime here. */
      readonly hasOwnBackend: boolean;
      /** Why a zoo of it cannot start; undefined if it can, or if onnxruntime cannot be loaded. */
      readonly refusal?: string | undefined;
      readonly models: readonly ModelFacts[];
    };

export interface ModelFacts {
  /** Of the head or the encoder. */
  readonly id: string;
  /** Of its weights: that of a variant, or 'reference'. */
  readonly precision: string;
  readonly sha256: string;
  readonly bytes: number;
  /** Whether all files are on this machine with the declared digests. `absent`: from https, and not fetched yet. */
  readonly state: 'verified' | 'absent' | 'faulty';
  readonly code?: ErrorCode;
  readonly reason?: string;
}

/** A small model run on one provider in a process of its own. */
export type SelfTest =
  | {
      readonly provider: string;
      readonly state: 'passed';
      /** The provider that really ran it. */
      readonly used: string;
      readonly openMs: number;
      readonly runMs: number;
      /** In about a second. */
      readonly runs: number;
    }
  | { readonly provider: string; readonly state: 'failed'; readonly reason: string };
