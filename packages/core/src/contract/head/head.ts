import type { Encoder } from '../backend/encoder.js';
import type { HeadManifest } from './head-manifest.js';
import type { TrainedModel } from '../model/trained-model.js';
import type { ParamValues } from '../params/params.js';
import type { TaskResults } from '../answers/decoded-results.js';
import type { Point, Tensor, Tensors } from '../backend/tensor.js';

export interface FeedInput<M extends HeadManifest = HeadManifest> {
  /** As the encoder declares it, such as float32 [1, 256, 16, 16]. */
  readonly embedding: Tensor<'float32'>;
  /** The encoder's own preprocessed input, float32 [1, 3, height, width]. */
  readonly image: Tensor<'float32'>;
  readonly params: ParamValues<M['params']>;
  /** Image space to model space (the encoder's input), for points and box corners. */
  readonly toModelSpace: (point: Point) => Point;
}

export interface DecodeInput<M extends HeadManifest = HeadManifest> {
  readonly outputs: Tensors;
  readonly params: ParamValues<M['params']>;
  readonly trained: TrainedModel;
}

/** A plugin: data and pure functions. It does no I/O, knows no backend, and is tested with arrays. */
export interface Head<M extends HeadManifest = HeadManifest> {
  readonly manifest: M;
  /** The head runs on this encoder's embedding and no other: identity is the digest of its weights. */
  readonly encoder: Encoder;
  readonly trained: TrainedModel;
  /** What the model is fed; by default the embedding, and `image` where the model declares that too. Pure. */
  feeds?(input: FeedInput<M>): Tensors;
  /** Model outputs to an answer in model space. Pure: no I/O, no clock, no state. */
  decode(input: DecodeInput<M>): TaskResults[M['task']];
}

/** A head as data: what a consumer may know about it, also across a process boundary. */
export type HeadDescription<M extends HeadManifest = HeadManifest> = Pick<Head<M>, 'manifest' | 'encoder' | 'trained'>;

export type ManifestOf<T> = T extends Head<infer M> ? M : never;

/** Gives a head its types: `params` and the answer follow from the manifest literal. */
export function defineHead<const M extends HeadManifest>(head: Head<M>): Head<M> {
  return head;
}
