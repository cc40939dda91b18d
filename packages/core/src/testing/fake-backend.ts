import type { Backend, BackendMemory, Batching, ModelFile, ModelFiles, ModelSpec, Tensors } from '../contract/index.js';
import { checkTensors } from '../model/check-tensors.js';
import type { FoundTensors } from '../model/describe-tensors.js';
import { createSession } from '../sessions/onnx/create-session.js';
import { isBatchable, stackFeeds } from '../sessions/batching/batch-tensors.js';
import { freeLengths, sampleTensors } from './sample-tensors.js';

/** What a fake backend does; each may throw, and wait as long as a test needs. */
export interface FakeScript {
  /** Called as a model opens. */
  readonly open?: (spec: ModelSpec) => unknown;
  /** Called as a model closes. */
  readonly close?: (spec: ModelSpec) => unknown;
  /** 'fake' if left out. */
  readonly provider?: (spec: ModelSpec) => string;
  /** Which files it may choose; if left out the model itself, whatever the variants. */
  readonly filesOf?: (spec: ModelFiles) => readonly ModelFile[];
  /** The file that a model is opened from, as its session says; nothing by default. */
  readonly file?: (spec: ModelFiles) => ModelFile | undefined;
  /** Where its models take memory; if left out nowhere, and no memory budget holds for them. */
  readonly memory?: BackendMemory;
  /** What an open model is measured to take; not measured if left out. */
  readonly memoryBytes?: (spec: ModelSpec) => number | undefined;
  /** The tensors that a model really has; those it declares if left out. */
  readonly tensors?: (spec: ModelSpec) => FoundTensors;
  /** What its sessions say of batches; nothing by default. */
  readonly batching?: Batching | false;
  /** Whether a run holds the thread: those of all models then follow one another. False if left out. */
  readonly isBlocking?: boolean;
  /** The outputs of a run; sample numbers of the declared shapes if left out or undefined. */
  readonly run?: (feeds: Tensors, spec: ModelSpec) => Tensors | undefined | Promise<Tensors | undefined>;
}

export interface FakeBackend extends Backend {
  /** The models that were opened, in order. */
  readonly opened: readonly ModelSpec[];
  /** The models that were closed, in order. */
  readonly closed: readonly ModelSpec[];
  /** The models that were run, in order; one entry a run. */
  readonly runs: readonly ModelSpec[];
}

/**
 * A backend without models: it counts what is opened and run, and answers as scripted. Its sessions check as real ones
 * do.
 */
export function createFakeBackend({
  open,
  close,
  provider,
  filesOf,
  file,
  memory,
  memoryBytes,
  tensors,
  run,
  batching,
  isBlocking = false,
}: FakeScript = {}): FakeBackend {
  const opened: ModelSpec[] = [];
  const closed: ModelSpec[] = [];
  const runs: ModelSpec[] = [];
  return {
    name: 'fake',
    isBlocking,
    opened,
    closed,
    runs,
    ...(memory && { memory }),
    ...(filesOf && { filesOf }),
    async open(spec, signal) {
      signal?.throwIfAborted();
      opened.push(spec);
      await open?.(spec);
      checkTensors(spec, tensors?.(spec) ?? spec);
      const session = createSession(spec, {
        provider: provider?.(spec) ?? 'fake',
        get memoryBytes() {
          return memoryBytes?.(spec);
        },
        async run(feeds) {
          runs.push(spec);
          return (await run?.(feeds, spec)) ?? sampleOutputs(feeds, spec);
        },
        async release() {
          closed.push(spec);
          await close?.(spec);
        },
      });
      const ran = file?.(spec);
      return Object.assign(session, batching === undefined ? {} : { batching }, ran ? { file: ran } : {});
    },
  };
}

/** Of a model that is made for it, each item has the same, as if it had run alone. */
function sampleOutputs(feeds: Tensors, spec: ModelSpec): Tensors {
  const lengths = freeLengths(spec.inputs, feeds);
  const items = lengths.get('batch') ?? 1;
  if (items < 2 || !isBatchable(spec)) return sampleTensors(spec.outputs, 1, lengths);
  const item = sampleTensors(spec.outputs, 1, new Map([...lengths, ['batch', 1]]));
  return stackFeeds(Array.from({ length: items }, () => item));
}
