import type { ModelFile, ModelFiles } from '../model/model-files.js';
import type { ModelSpec } from '../model/model-spec.js';
import type { Tensors } from './tensor.js';

/** Where models run. */
export interface Backend {
  readonly name: string;
  /** Whether a run holds the thread that asks for it: the runs of all its models then follow one another. */
  readonly isBlocking?: boolean;
  /**
   * Whether every run and every opening settles within times that the backend bounds itself, as one does that asks
   * servers. A worker that waits for it is then not taken to hang, however long that is.
   */
  readonly hasTimeouts?: boolean;
  /**
   * Rejects with MODEL_MISMATCH when the model's tensors differ from `spec`, WEIGHTS_CORRUPT when its bytes do. A backend
   * that knows nothing of a model's `variants` opens the model itself.
   */
  open(spec: ModelFiles, signal?: AbortSignal): Promise<Session>;
  /**
   * Which of a model's files `open` may choose, that of the preferred provider first; left out by a backend that always
   * opens the model itself.
   */
  filesOf?(spec: ModelFiles): readonly ModelFile[];
  /**
   * Brings a model's files to this machine, verified, without loading them; left out by a backend whose models are
   * elsewhere.
   */
  prefetch?(spec: ModelFiles, options?: PrefetchOptions): Promise<void>;
  /** Left out by a backend whose models are elsewhere: no memory budget holds for them. */
  readonly memory?: BackendMemory;
}

/** What a backend says of the memory that its models take here. */
export interface BackendMemory {
  /** Where this model may be opened, the preferred one first: `cpu`, or a card such as `cuda:0`. */
  devicesOf(spec: ModelSpec): readonly string[];
  /** What closed models did not give back, as far as it was measured. */
  unreturnedBytes(device: string): number;
}

/** How far a file of weights has come; the last one of a file is `ready`. */
export interface WeightsProgress {
  /** Without its query, which may hold a key. */
  readonly url: string;
  readonly sha256: string;
  /**
   * `waiting`: another process fetches the same file. `retrying`: an attempt failed; the next goes on where it stopped.
   */
  readonly state: 'waiting' | 'fetching' | 'retrying' | 'verifying' | 'ready';
  readonly receivedBytes: number;
  /** Undefined until it is known. */
  readonly totalBytes: number | undefined;
  /** With `retrying`: why the attempt failed, such as `the server answers 503`. */
  readonly reason?: string;
}

export interface PrefetchOptions {
  readonly signal?: AbortSignal;
  /** Called about a hundred times a file. */
  readonly onProgress?: (progress: WeightsProgress) => void;
}

/** How runs of one model that wait at the same time form a batch. */
export interface Batching {
  /** The largest number of runs in a batch. */
  readonly maxBatch: number;
  /**
   * How long a run that could begin waits for others, in milliseconds. The default is 0: only runs that wait already go
   * together.
   */
  readonly waitMs?: number | undefined;
}

/** A model that is loaded and ready. */
export interface Session {
  /** The execution provider that really runs it, such as 'cpu' or 'cuda:0'. */
  readonly provider: string;
  /** The file that it runs; left out where that is the model itself and not a variant. */
  readonly file?: ModelFile;
  /**
   * The batches that it gains from; a config may say otherwise. False: its runs may form no batches, whatever a config
   * says, because an item's numbers would depend on its neighbours. Undefined if it is not known.
   */
  readonly batching?: Batching | false;
  /**
   * What it takes of its device's memory; undefined, or left out, where nobody measured it. It grows with the first
   * runs.
   */
  readonly memoryBytes?: number | undefined;
  run(feeds: Tensors, signal?: AbortSignal): Promise<Tensors>;
  close(): Promise<void>;
}
