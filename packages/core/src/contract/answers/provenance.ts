import type { UsedView } from '../image/image-view.js';
import type { PreprocessSpec } from '../model/trained-model.js';
import type { LabelledDomain } from './domain.js';

/** Which weights: an id says what it is meant to be, the digest what it is. */
export interface ModelIdentity {
  readonly id: string;
  readonly version: string;
  readonly sha256: string;
}

/** Milliseconds by stage; 0 for a stage that was not needed, such as `encode` when the embedding was at hand. */
export interface Timings {
  readonly decode: number;
  readonly preprocess: number;
  readonly encode: number;
  readonly head: number;
  readonly postprocess: number;
  readonly total: number;
}

/** How an answer came to be. */
export interface Provenance {
  /** With the digest of the file that ran, which may be a variant of the head's model; of the model if none ran. */
  readonly head: ModelIdentity;
  /** In which precision that file's weights are: that of a variant, such as 'int8-static', or 'reference'. */
  readonly headPrecision: string;
  /** With the digest of the file that made the embedding, which may be a variant of the encoder's model. */
  readonly encoder: ModelIdentity;
  /** As `headPrecision`, of the encoder's file. */
  readonly encoderPrecision: string;
  /** The execution provider that ran the head, such as 'cpu'; null for a head that refused the image before it ran. */
  readonly provider: string | null;
  /** The one that ran the encoder, when it was run; null for an embedding from the store that zoos share. */
  readonly encoderProvider: string | null;
  readonly image: { readonly sha256: string; readonly width: number; readonly height: number; readonly format: string };
  readonly view: UsedView;
  readonly preprocess: PreprocessSpec;
  /**
   * Whether the embedding came from the cache, from the store that zoos share, or from a run shared with another
   * request; or the whole answer was at hand, which no stage took time for.
   */
  readonly cached: boolean;
  /** What the head said of the image's kind, in the order of its model file; left out by a head that cannot say. */
  readonly domains?: readonly LabelledDomain[];
  /**
   * What a reader of the answer should know, each in a sentence: the file is of another modality than the head was
   * trained on.
   */
  readonly warnings?: readonly string[];
  readonly timingsMs: Timings;
}
