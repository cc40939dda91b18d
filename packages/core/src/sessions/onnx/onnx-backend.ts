import { posix } from 'node:path';
import type { InferenceSession } from 'onnxruntime-node';
import {
  ZooError,
  type Backend,
  type BackendMemory,
  type ModelSpec,
  type Session,
  type SkippedProvider,
  type WeightsFile,
} from '../../contract/index.js';
import { checkTensors } from '../../model/check-tensors.js';
import type { WeightsOptions } from '../../model/weights/weights-options.js';
import { loadWeights, prefetchModel } from '../../model/load-weights.js';
import { blameModel, checkWeights } from './blame-model.js';
import { tryProviders } from './try-providers.js';
import { countThreads } from '../../host/count-threads.js';
import { createSession, type Runner } from './create-session.js';
import { createUsedMemory } from '../memory/device-memory.js';
import { deviceOf } from '../memory/device-of.js';
import { loadOnnxruntime } from './load-onnxruntime.js';
import { createMeter, type Account, type Meter } from '../memory/memory-meter.js';
import { openOnProvider } from './open-on-provider.js';
import { findTensors, fromOnnx, toOnnx, type Onnx } from './onnx-tensors.js';
import { parseProvider, type ProviderChoice } from './parse-provider.js';
import type { OnnxOptions } from './onnx-options.js';

/** A session of onnxruntime, which also says why it does not run on a provider that was preferred. */
export interface OnnxSession extends Session {
  readonly skipped: readonly SkippedProvider[];
}

export interface OnnxBackend extends Backend {
  readonly threads: number;
  readonly memory: BackendMemory;
  open(spec: ModelSpec, signal?: AbortSignal): Promise<OnnxSession>;
}

/**
 * Runs ONNX models in this process. Loading a model and running it both block the thread that asks, for as long as they
 * take. Rejects with BACKEND_UNAVAILABLE for a provider that this build does not have. onnxruntime is loaded here and
 * not with the module: whoever only talks to a zoo in another process never loads it.
 */
export async function createOnnxBackend(
  { providers = ['cpu'], requireGpu = false, threads, weights }: OnnxOptions = {},
  /** One for all backends of a process: what one takes must not be counted to a model of another. */
  meter: Meter = createMeter(createUsedMemory()),
): Promise<OnnxBackend> {
  const onnx = await loadOnnxruntime();
  const supported = onnx.listSupportedBackends().map(({ name }) => name);
  const named = providers.map((id) => parseProvider(id, supported));
  const choices = requireGpu ? named.filter(isGpu) : named;
  if (requireGpu && choices.length === 0) throw noGpuNamed(providers, supported);
  const threadCount = threads ?? countThreads();
  const warnOnce = createWarning();

  return {
    name: 'onnxruntime',
    isBlocking: true,
    threads: threadCount,
    memory: {
      devicesOf: () => [...new Set(choices.map(({ id }) => deviceOf(id)))],
      unreturnedBytes: (device) => meter.unreturnedBytes(device),
    },
    async open(spec, signal) {
      const bytes = await loadWeights(spec, signal, weights);
      const externalData = spec.data && [await loadExternalData(spec.data, signal, weights)];
      checkWeights(spec, bytes, externalData?.[0]?.data);
      const create = (options: InferenceSession.SessionOptions) =>
        onnx.InferenceSession.create(bytes, { ...options, ...(externalData && { externalData }) });
      const openOn = (choice: ProviderChoice) =>
        meter
          .open(deviceOf(choice.id), spec, () => openOnProvider(choice, threadCount, create))
          .catch((error: unknown) => {
            throw isGpu(choice) ? error : blameModel(error, spec);
          });
      const { opened: metered, skipped } = await tryProviders(choices, openOn, requireGpu);
      const { opened, account } = metered;
      skipped.forEach(warnOnce);
      const runner = createRunner(onnx, opened.session, opened.provider, account);
      try {
        checkTensors(spec, findTensors(opened.session));
      } catch (error) {
        await runner.release();
        throw error;
      }
      const batching = scalesByRun(bytes) ? ({ batching: false } as const) : {};
      return Object.assign(createSession(spec, runner), { skipped, ...batching }); // a copy would not go on measuring
    },
    prefetch: (spec, options) => prefetchModel(spec, weights, options),
  };
}

/** Of what onnxruntime-node supports, the CPU alone is none. */
function isGpu({ provider }: ProviderChoice): boolean {
  return provider.name !== 'cpu';
}

function noGpuNamed(providers: readonly string[], supported: readonly string[]): ZooError {
  const gpus = supported.filter((name) => name !== 'cpu');
  return new ZooError(
    'BACKEND_UNAVAILABLE',
    `requireGpu needs a GPU's execution provider in \`providers\`; it names ${providers.join(', ')}. ` +
      `This build of onnxruntime has ${gpus.join(', ') || 'none'}.`,
    { details: { providers, supported } },
  );
}

/**
 * It quantizes all items of a run by the largest number among them: an image's answer would depend on its neighbours.
 */
function scalesByRun(graph: Uint8Array): boolean {
  return Buffer.from(graph.buffer, graph.byteOffset, graph.byteLength).includes('DynamicQuantizeLinear');
}

/** The graph knows its external data by file name. */
async function loadExternalData(
  file: WeightsFile,
  signal: AbortSignal | undefined,
  weights: WeightsOptions | undefined,
): Promise<{ readonly path: string; readonly data: Uint8Array }> {
  const path = decodeURIComponent(posix.basename(new URL(file.url).pathname));
  return { path, data: await loadWeights(file, signal, weights) };
}

/** Tells the operator that a preferred provider is not in use: once for each, not for each model. */
function createWarning(): (skipped: SkippedProvider) => void {
  const told = new Set<string>();
  return ({ provider, reason }) => {
    if (told.has(provider)) return;
    told.add(provider);
    process.emitWarning(`Models do not run on ${provider}: ${reason}`, 'MedzooWarning');
  };
}

function createRunner(onnx: Onnx, session: InferenceSession, provider: string, account: Account): Runner {
  return {
    provider,
    get memoryBytes() {
      return account.measuredBytes;
    },
    run: (feeds) => account.run(feeds, async () => fromOnnx(await session.run(toOnnx(onnx, feeds)))),
    release: () => account.release(() => session.release()),
  };
}
