import type { InferenceSession } from 'onnxruntime-node';
import {
  ZooError,
  type Backend,
  type BackendMemory,
  type ModelFile,
  type ModelFiles,
  type Session,
  type SkippedProvider,
  type Tensors,
} from '../../contract/index.js';
import { chooseFile } from '../../contract/model/model-files.js';
import { checkTensors } from '../../model/check-tensors.js';
import { blameModel, checkWeights } from './graph/blame-model.js';
import { checkGraph } from './graph/check-graph.js';
import { tryProviders } from './providers/try-providers.js';
import { countThreads } from '../../host/count-threads.js';
import { createSession, type Runner } from './create-session.js';
import { createUsedMemory } from '../memory/device-memory.js';
import { deviceOf } from '../memory/device-of.js';
import { explainRun } from './explain-run.js';
import { loadModel, nameVariant, prefetchFile, type LoadedModel } from './load-model.js';
import { loadOnnxruntime } from './load-onnxruntime.js';
import { countMapped } from '../memory/mapped-files.js';
import { createMeter, type Account, type Meter } from '../memory/memory-meter.js';
import { createLoneRunner } from './create-lone-runner.js';
import { openOnProvider, type CpuThreads } from './providers/open-on-provider.js';
import { findTensors, fromOnnx, toOnnx } from './onnx-tensors.js';
import { parseProvider, type ProviderChoice } from './providers/parse-provider.js';
import type { OnnxOptions } from './onnx-options.js';
import { createPackedModels } from '../packed/packed-models.js';
import { readPackedSetting } from '../packed/packed-setting.js';
import { bytesSource, type SessionSource } from '../packed/session-source.js';

/** A session of onnxruntime, which also says why it does not run on a provider that was preferred. */
export interface OnnxSession extends Session {
  readonly skipped: readonly SkippedProvider[];
}

export interface OnnxBackend extends Backend {
  readonly threads: number;
  readonly memory: BackendMemory;
  filesOf(spec: ModelFiles): readonly ModelFile[];
  open(spec: ModelFiles, signal?: AbortSignal): Promise<OnnxSession>;
}

/**
 * Runs ONNX models in this process. Loading a model and running it both block the thread that asks, for as long as they
 * take. Rejects with BACKEND_UNAVAILABLE for a provider that this build does not have. onnxruntime is loaded here and
 * not with the module: whoever only talks to a zoo in another process never loads it.
 */
export async function createOnnxBackend(
  options: OnnxOptions = {},
  /** One for all backends of a process: what one takes must not be counted to a model of another. */
  meter: Meter = createMeter(createUsedMemory()),
): Promise<OnnxBackend> {
  const { providers = ['cpu'], requireGpu = false, precision, threads, threadsWhenAlone, weights } = options;
  const onnx = await loadOnnxruntime();
  const supported = onnx.listSupportedBackends().map(({ name }) => name);
  const named = providers.map((id) => parseProvider(id, supported));
  const choices = requireGpu ? named.filter(isGpu) : named;
  if (requireGpu && choices.length === 0) throw noGpuNamed(providers, supported);
  // Where nobody set `threads`, this zoo has all cores, so its threads may spin during a run.
  const usual: CpuThreads = { count: threads ?? countThreads(), isSpinning: threads === undefined };
  const whenAlone: CpuThreads = { count: threadsWhenAlone ?? usual.count, isSpinning: true };
  const warnOnce = createWarning();
  const packed = (options.packedWeights ?? readPackedSetting()) ? createPackedModels(onnx, weights) : undefined;

  const fileFor = (spec: ModelFiles, { provider }: ProviderChoice): ModelFile =>
    chooseFile(spec, provider.name, precision);
  const filesOf = (spec: ModelFiles): ModelFile[] =>
    choices.map((choice) => fileFor(spec, choice)).filter(isFirstOfItsDigest);

  async function runOn(session: InferenceSession, feeds: Tensors): Promise<Tensors> {
    try {
      return fromOnnx(await session.run(toOnnx(onnx, feeds)));
    } catch (error) {
      throw explainRun(error);
    }
  }

  async function openOn(choice: ProviderChoice, cpu: CpuThreads, { spec }: ModelFile, source: SessionSource) {
    const { opened, account } = await meter.open(deviceOf(choice.id), spec, async () => {
      const found = await openOnProvider(choice, cpu, source.create);
      return { ...found, unmap: source.mapped && countMapped(source.mapped) };
    });
    const { session, provider, unmap } = opened;
    return {
      ...{ session, provider, account, scalesByRun: source.scalesByRun },
      run: (feeds: Tensors) => account.run(feeds, () => runOn(session, feeds)),
      release: () => account.release(() => session.release().finally(unmap)),
    } satisfies OpenedModel;
  }

  async function loadChecked(file: ModelFile, signal: AbortSignal | undefined): Promise<LoadedModel> {
    const model = await loadModel(file, weights, signal);
    try {
      checkGraph(file.spec, model.bytes);
      checkWeights(file.spec, model.bytes, model.data?.data);
    } catch (error) {
      throw nameVariant(error, file);
    }
    return model;
  }

  /** Opens a model for a moment: `release` ends it. */
  async function openBriefly(choice: ProviderChoice, source: SessionSource) {
    const { session } = await meter.apart(() => openOnProvider(choice, usual, source.create));
    return { run: (feeds: Tensors) => runOn(session, feeds), release: () => meter.apart(() => session.release()) };
  }

  /** The same file on the CPU, with the threads of all workers. Its weights are read again: nobody keeps them. */
  async function openWide(file: ModelFile): Promise<Runner> {
    const openFrom = (source: SessionSource) => openOn(parseProvider('cpu', supported), whenAlone, file, source);
    const opened = await packed?.open(file, openFrom);
    return createRunner(opened ?? (await openFrom(bytesSource(onnx, await loadModel(file, weights)))));
  }

  /** Opens a model on one provider, from the bytes of the file that is for it, or packs it before. */
  async function openFile(choice: ProviderChoice, file: ModelFile, model: LoadedModel): Promise<OpenedModel> {
    const openFrom = (source: SessionSource) => openOn(choice, usual, file, source);
    const own = isGpu(choice) ? undefined : packed;
    const opened = await own?.pack({ file, model, openFrom, openBriefly: (source) => openBriefly(choice, source) });
    if (opened) return opened;
    try {
      return await openFrom(bytesSource(onnx, model));
    } catch (error) {
      throw isGpu(choice) ? error : nameVariant(blameModel(error, file.spec), file);
    }
  }

  return {
    name: 'onnxruntime',
    isBlocking: true,
    threads: usual.count,
    memory: {
      devicesOf: () => [...new Set(choices.map(({ id }) => deviceOf(id)))],
      unreturnedBytes: (device) => meter.unreturnedBytes(device),
    },
    filesOf,
    async open(spec, signal) {
      const load = createLoader((file) => loadChecked(file, signal));
      const prepare = async (choice: ProviderChoice) => {
        const file = fileFor(spec, choice);
        const own = isGpu(choice) ? undefined : packed;
        const known = await own?.open(file, (source) => openOn(choice, usual, file, source));
        const model = known ? undefined : await load(file);
        return async () => ({ file, opened: known ?? (await openFile(choice, file, model!)) });
      };
      const { opened: chosen, skipped } = await tryProviders(choices, prepare, requireGpu);
      const { file, opened } = chosen;
      skipped.forEach(warnOnce);
      const narrow = createRunner(opened);
      const isWidened = opened.provider === 'cpu' && whenAlone.count > usual.count;
      const runner = isWidened ? createLoneRunner(narrow, { openWide: () => openWide(file) }) : narrow;
      try {
        checkTensors(spec, findTensors(opened.session));
      } catch (error) {
        await runner.release();
        throw nameVariant(error, file);
      }
      const batching = opened.scalesByRun ? ({ batching: false } as const) : {};
      const isVariant = file.spec.sha256 !== spec.sha256;
      // A copy of the session would not go on measuring.
      return Object.assign(createSession(spec, runner), { skipped, ...batching, ...(isVariant && { file }) });
    },
    async prefetch(spec, options) {
      for (const file of filesOf(spec)) await prefetchFile(file, weights, options);
    },
  };
}

function isFirstOfItsDigest({ spec }: ModelFile, index: number, all: readonly ModelFile[]): boolean {
  return all.findIndex((other) => other.spec.sha256 === spec.sha256) === index;
}

/** Reads each file once, however many providers are tried with it. */
function createLoader(load: (file: ModelFile) => Promise<LoadedModel>): typeof load {
  let last: { readonly sha256: string; readonly model: Promise<LoadedModel> } | undefined;
  return (file) => {
    const { sha256 } = file.spec;
    if (last?.sha256 !== sha256) last = { sha256, model: load(file) };
    return last.model;
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
  readonly scalesByRun: boolean;
  readonly run: (feeds: Tensors) => Promise<Tensors>;
  readonly release: () => Promise<void>;
}

function createRunner({ provider, account, run, release }: OpenedModel): Runner {
  return {
    provider,
    get memoryBytes() {
      return account.measuredBytes;
    },
    run,
    release,
  };
}
