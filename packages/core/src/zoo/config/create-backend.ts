import { isZooError, ZooError, type Backend, type ModelFiles } from '../../contract/index.js';
import { createUsedMemory } from '../../sessions/memory/device-memory.js';
import { createMeter, type Meter } from '../../sessions/memory/memory-meter.js';
import { createOnnxBackend, type OnnxBackend } from '../../sessions/onnx/onnx-backend.js';
import { planFallbacks, type NamedFallback } from './plan-providers.js';
import { checkBackend, type ZooConfig } from './zoo-config.js';

/**
 * The backend of a config: its own, or ONNX Runtime, where a model runs on its own providers or on those of all.
 * Rejects with INVALID_MANIFEST, or BACKEND_UNAVAILABLE for a provider that this build does not have.
 */
export async function createBackend(config: ZooConfig): Promise<Backend> {
  checkBackend(config);
  if (config.backend) return config.backend;
  const fallbacks = planFallbacks(config);
  const [usual, ...own] = fallbacks.all;
  const meter = createMeter(createUsedMemory());
  const main = await createOnnxBackend({ ...config, providers: usual!.providers }, meter);
  const others = new Map<NamedFallback, OnnxBackend>();
  for (const fallback of own) others.set(fallback, await createOn(fallback, config, meter));
  const backendOf = (spec: ModelFiles): OnnxBackend => {
    const fallback = fallbacks.of(spec);
    return fallback ? others.get(fallback)! : main;
  };
  return {
    ...main,
    memory: { ...main.memory, devicesOf: (spec) => backendOf(spec).memory.devicesOf(spec) },
    filesOf: (spec) => backendOf(spec).filesOf(spec),
    open: (spec, signal) => backendOf(spec).open(spec, signal),
    prefetch: async (spec, options) => backendOf(spec).prefetch?.(spec, options),
  };
}

/** Where the CPU is named alone, `requireGpu` is about the other models. */
async function createOn(
  { name, providers, isCpuOnPurpose }: NamedFallback,
  config: ZooConfig,
  meter: Meter,
): Promise<OnnxBackend> {
  const requireGpu = config.requireGpu === true && !isCpuOnPurpose;
  try {
    return await createOnnxBackend({ ...config, providers, requireGpu }, meter);
  } catch (error) {
    if (!isZooError(error)) throw error;
    throw new ZooError(error.code, `${name}: ${error.message}`, { details: error.details, cause: error });
  }
}
