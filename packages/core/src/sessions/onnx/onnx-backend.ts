import { posix } from 'node:path';
import type { InferenceSession } from 'onnxruntime-node';
import {
  ZooError,
  type Backend,
  type BackendMemory,
  type ModelSpec,
  type Session,
  type SkippedProvider,
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
import { createLoneRunner } from './create-lone-runner.js';
import { openOnProvider, type CpuThreads } from './open-on-provider.js';
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
  { providers = ['cpu'], requireGpu = false, threads, threadsWhenAlone, weights }: OnnxOptions = {},
  /** One for all backends of a process: what one takes must not be counted to a model of another. */
  meter: Meter = createMeter(createUsedMemory()),
): Promise<OnnxBackend> {
  const onnx = await loadOnnxruntime();
  const supported = onnx.listSupportedBackends().map(({ name }) => name);
  const named = providers.map((id) => parseProvider(id, supported));
  const choices = requireGpu ? named.filter(isGpu) : named;
  if (requireGpu && choices.length === 0) throw noGpuNamed(providers, supported);
  // Where nobody set `threads`, this zoo has all cores, so its threads may spin during a run.
  const usual: CpuThreads = { count: threads ?? countThreads(), isSpinning: threads === undefined };
  const whenAlone: CpuThreads = { count: threadsWhenAlone ?? usual.count, isSpinning: true };
  const warnOnce = createWarning();

  const openOn = async (choice: ProviderChoice, cpu: CpuThreads, spec: ModelSpec, model: LoadedModel) => {
    const create = (options: InferenceSession.SessionOptions) =>
      onnx.InferenceSession.create(model.bytes, {
        ...options,
        ...(model.data && { externalData: [model.data] }),
      });
    const { opened, account } = await meter.open(deviceOf(choice.id), spec, () => openOnProvider(choice, cpu, create));
    return { ...opened, account };
  };

  /** The same model on the CPU, with the threads of all workers. Its weights are read again: nobody keeps the file. */
  async function openWide(spec: ModelSpec): Promise<Runner> {
    const model = await loadModel(spec, weights);
    return createRunner(onnx, await openOn(parseProvider('cpu', supported), whenAlone, spec, model));
  }

  return {
    name: 'onnxruntime',
    isBlocking: true,
    threads: usual.count,
    memory: {
      devicesOf: () => [...new Set(choices.map(({ id }) => deviceOf(id)))],
      unreturnedBytes: (device) => meter.unreturnedBytes(device),
    },
    async open(spec, signal) {
      const model = await loadModel(spec, weights, signal);
      checkWeights(spec, model.bytes, model.data?.data);
      const tryOn = (choice: ProviderChoice) =>
        openOn(choice, usual, spec, model).catch((error: unknown) => {
          throw isGpu(choice) ? error : blameModel(error, spec);
        });
      const { opened, skipped } = await tryProviders(choices, tryOn, requireGpu);
      skipped.forEach(warnOnce);
      const narrow = createRunner(onnx, opened);
      const isWidened = opened.provider === 'cpu' && whenAlone.count > usual.count;
      const runner = isWidened ? createLoneRunner(narrow, { openWide: () => openWide(spec) }) : narrow;
      try {
        checkTensors(spec, findTensors(opened.session));
      } catch (error) {
        await runner.release();
        throw error;
      }
      const batching = scalesByRun(model.bytes) ? ({ batching: false } as const) : {};
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

/** The bytes of a model, and of its external data, which the graph knows by file name. */
interface LoadedModel {
  readonly bytes: Uint8Array;
  readonly data?: { readonly path: string; readonly data: Uint8Array };
}

async function loadModel(
  spec: ModelSpec,
  weights: WeightsOptions | undefined,
  signal?: AbortSignal,
): Promise<LoadedModel> {
  const bytes = await loadWeights(spec, signal, weights);
  if (!spec.data) return { bytes };
  const path = decodeURIComponent(posix.basename(new URL(spec.data.url).pathname));
  return { bytes, data: { path, data: await loadWeights(spec.data, signal, weights) } };
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

interface OpenedModel {
  readonly session: InferenceSession;
  readonly provider: string;
  readonly account: Account;
}

function createRunner(onnx: Onnx, { session, provider, account }: OpenedModel): Runner {
  return {
    provider,
    get memoryBytes() {
      return account.measuredBytes;
    },
    run: (feeds) => account.run(feeds, async () => fromOnnx(await session.run(toOnnx(onnx, feeds)))),
    release: () => account.release(() => session.release()),
  };
}
