import type { ParamSpecs } from './params.js';
import type { Task } from './results.js';
import type { Size, TensorType } from './tensor.js';

export interface TensorSpec {
  readonly name: string;
  readonly dtype: TensorType;
  /** A string is a free dimension. 'batch', the first of every tensor of a model, is of items that do not know of one another. */
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

/** A number that was measured, and all that is needed to measure it again. */
export interface Metric {
  readonly name: string;
  readonly value: number;
  readonly interval95?: readonly [number, number];
  readonly dataset: string;
  readonly split: string;
  readonly n: number;
  /** The label it is about; all of them where left out. */
  readonly label?: string;
  /** What each image's truth gave the head as a prompt, such as 'box'. */
  readonly prompt?: string;
  /** Labels whose images were left out of the set. */
  readonly excludedLabels?: readonly string[];
  /** Of presence: the images without the label that were to be told from those with it. */
  readonly negatives?: Negatives;
}

/** Images without a label. The hard ones look like those with it. */
export interface Negatives {
  /** 'other': of other sets. Hard: 'background' beside the label, 'empty' masks of its own sets, 'near' sets of its modality. */
  readonly kind: string;
  readonly sets: readonly string[];
  readonly n: number;
}

/** What makes probabilities honest, measured on held-out images. */
export interface Calibration {
  /** Logits are divided by it before the softmax. */
  readonly temperature: number;
  /** The images it was fitted on. */
  readonly dataset?: string;
  readonly split?: string;
  readonly n?: number;
  /** Class-conditional conformal sets: a label is plausible when 1 - probability <= its quantile. */
  readonly conformal?: {
    readonly errorRate: number;
    /** 1 for a label with too few images for the error rate: it is never ruled out. */
    readonly quantiles: Readonly<Record<string, number>>;
    readonly n: number;
    /** Images of each label among the n. */
    readonly counts?: Readonly<Record<string, number>>;
  };
}

/** Images that a model learnt from. */
export interface TrainingSet {
  readonly dataset: string;
  readonly licence: string;
  readonly n: number;
  /** Where it is from, as its licence asks to be named. */
  readonly source?: string;
  /** What is never on both sides of a split: 'patient', say. */
  readonly grouping?: string;
}

/** Weights of somebody else that training began with. */
export interface InitialWeights {
  readonly name: string;
  readonly source: string;
  readonly licence: string;
}

/** Median milliseconds of one image by stage, embedding included, on one machine. */
export interface Speed {
  /** In words: processor and what of it was used. */
  readonly machine: string;
  readonly provider: string;
  readonly method: string;
  /** Runs that the median is of. */
  readonly n: number;
  readonly medianMs: Readonly<Record<string, number>>;
}

/** Which encoder a head was trained on: it reads that one's embeddings and no other's. */
export interface EncoderIdentity {
  readonly id: string;
  /** Digest of the encoder's weights file. */
  readonly sha256: string;
}

/** What is data about a model: written by the exporter as model.json, parsed, never cast. */
export interface TrainedModel {
  readonly schema: 1;
  readonly name: string;
  readonly version: string;
  readonly model: ModelSpec;
  /** Heads only: the encoder whose embeddings it learnt to read. A zoo refuses the head on another; unchecked where left out. */
  readonly encoder?: EncoderIdentity;
  /** In the order of the model's outputs; empty for an encoder. */
  readonly labels: readonly string[];
  /** By label: the probability from which a pixel belongs to the mask; 0.5 where left out. */
  readonly thresholds?: Readonly<Record<string, number>>;
  /** By label: the presence below which the mask is empty on purpose; 0 (never) where left out. */
  readonly presenceThresholds?: Readonly<Record<string, number>>;
  readonly calibration?: Calibration;
  readonly metrics: readonly Metric[];
  readonly trainedOn: readonly TrainingSet[];
  readonly initialisedFrom?: readonly InitialWeights[];
  readonly speed?: readonly Speed[];
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
