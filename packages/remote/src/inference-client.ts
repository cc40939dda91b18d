import type { Tensors, TensorSpec } from '@medzoo/core/contract';
import type { FoundTensors } from '@medzoo/core/backend';

/** Text by name: what a server states of a model beside its tensors, such as its file's digest. */
export type Parameters = Readonly<Record<string, string | undefined>>;

export interface ServerDescription {
  /** As it calls itself. */
  readonly name: string;
  /** Whether tensors can travel as they lie in memory. */
  readonly canBinary: boolean;
}

export interface ModelDescription extends FoundTensors {
  readonly parameters: Parameters;
}

export interface InferOptions {
  readonly encoding: 'binary' | 'json';
  readonly signal?: AbortSignal | undefined;
}

/**
 * One server of the Open Inference Protocol version 2, whatever it speaks. Each call asks it once, and rejects with a
 * ReplicaFault where it does not answer as asked, BACKEND_UNAVAILABLE where what it answers is not the protocol, or
 * with a signal's reason.
 */
export interface InferenceClient {
  describeServer(): Promise<ServerDescription>;
  describeModel(model: string): Promise<ModelDescription>;
  /** Those of a model's configuration, which is Triton's extension; a server without it states none. */
  readParameters(model: string): Promise<Parameters>;
  /** Whether the model is loaded and ready. */
  isReady(model: string): Promise<boolean>;
  /** By the model repository extension. */
  load(model: string): Promise<void>;
  unload(model: string): Promise<void>;
  infer(model: string, feeds: Tensors, outputs: readonly TensorSpec[], options: InferOptions): Promise<Tensors>;
}
