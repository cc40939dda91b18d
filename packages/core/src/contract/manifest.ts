import type { ParamSpecs } from './params.js';
import type { Task } from './results.js';
import type { Size, TensorType } from './tensor.js';

export interface TensorSpec {
  readonly name: string;
  readonly dtype: TensorType;
  /** A string is a free dimension, such as 'batch'. */
  readonly shape: readonly (number | string)[];
}

/** A file of weights, and what is promised about it. */
export interface WeightsFile {
  /** file:, https:, or http: on this machine. */
  readonly url: string;
  readonly sha256: string;
  readonly bytes: number;
}

/** A model file, and what is promised about it: both are checked before it runs. */
export interface ModelSpec extends WeightsFile {
  /** ONNX external data, for weights of over 2 GB: the model names it by the last part of this URL. */
  readonly data?: WeightsFile;
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
}

/** From decoded pixels to the encoder's input, float32 [1, channels, height, width], normalised. */
export interface PreprocessSpec {
  readonly size: Size;
  /** 'letterbox' keeps the aspect: image at the top left, zeros (after normalisation) to its right or below, as in SAM. */
  readonly fit: 'stretch' | 'letterbox';
  /** 'nearest' is SAM-Med2D's rule, source index = floor(index * in / out); 'bilinear' has half-pixel centres. */
  readonly interpolation: 'nearest' | 'bilinear';
  /** Bilinear only: widen the kernel with the scale when shrinking, as Pillow and torch's antialias do. Default false. */
  readonly antialias?: boolean;
  readonly channels: 'rgb' | 'bgr' | 'gray';
  /** Per channel, in the order of `channels`, on pixels 0..255. */
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

export interface Metric {
  readonly name: string;
  readonly value: number;
  readonly interval95?: readonly [number, number];
  readonly dataset: string;
  readonly split: string;
  readonly n: number;
}

/** What makes probabilities honest, measured on held-out images. */
export interface Calibration {
  /** Logits are divided by it before the softmax. */
  readonly temperature: number;
  /** Class-conditional conformal sets: a label is plausible when 1 - probability <= its quantile. */
  readonly conformal?: {
    readonly errorRate: number;
    readonly quantiles: Readonly<Record<string, number>>;
    readonly n: number;
  };
}

/** What is data about a model: written by the exporter as model.json, parsed, never cast. */
export interface TrainedModel {
  readonly schema: 1;
  readonly name: string;
  readonly version: string;
  readonly model: ModelSpec;
  /** In the order of the model's outputs; empty for an encoder. */
  readonly labels: readonly string[];
  /** By label: the probability from which a pixel belongs to the mask; 0.5 where left out. */
  readonly thresholds?: Readonly<Record<string, number>>;
  /** By label: the presence below which the mask is empty on purpose; 0 (never) where left out. */
  readonly presenceThresholds?: Readonly<Record<string, number>>;
  readonly calibration?: Calibration;
  readonly metrics: readonly Metric[];
  readonly trainedOn: readonly { readonly dataset: string; readonly licence: string; readonly n: number }[];
  readonly licence: string;
  /** Commit of the code that trained and exported it. */
  readonly code?: string;
}

/** Preprocessing belongs to the encoder: heads see what it prepared. */
export interface TrainedEncoder extends TrainedModel {
  readonly preprocess: PreprocessSpec;
}

/** What a person says about a head; its model's facts are in `TrainedModel`. */
export interface HeadManifest {
  readonly id: string;
  readonly title: string;
  readonly task: Task;
  readonly params: ParamSpecs;
  readonly intendedUse: string;
  /** Modalities the head was trained for, as DICOM codes: 'DX', 'US', 'ES', ... */
  readonly modalities: readonly string[];
}
