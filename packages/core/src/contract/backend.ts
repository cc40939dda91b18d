import type { ModelSpec } from './manifest.js';
import type { Tensors } from './tensor.js';

/** Where models run. */
export interface Backend {
  readonly name: string;
  /** Whether a run holds the thread that asks for it: the runs of all its models then follow one another. */
  readonly isBlocking?: boolean;
  /** Rejects with MODEL_MISMATCH when the model's tensors differ from `spec`, WEIGHTS_CORRUPT when its bytes do. */
  open(spec: ModelSpec, signal?: AbortSignal): Promise<Session>;
}

/** A model that is loaded and ready. */
export interface Session {
  /** The execution provider that really runs it, such as 'cpu' or 'cuda:0'. */
  readonly provider: string;
  run(feeds: Tensors, signal?: AbortSignal): Promise<Tensors>;
  close(): Promise<void>;
}
