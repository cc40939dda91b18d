import type { TrainedEncoder } from '../model/trained-model.js';

/** Turns a preprocessed image, float32 [1, 3, height, width], into the embedding that heads read. */
export interface Encoder {
  readonly id: string;
  readonly trained: TrainedEncoder;
}
