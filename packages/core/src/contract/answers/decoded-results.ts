import type { ByTask } from '../head/task.js';
import type { Size } from '../backend/tensor.js';

interface Results {
  readonly segmentation: Segmentation;
  readonly classification: Classification;
  readonly regression: Regression;
  readonly keypoints: Keypoints;
  readonly multilabel: Multilabel;
}

/** What a head's `decode` answers, in model space, by task. The zoo brings it to image space. */
export type TaskResults = ByTask<Results>;

export interface Segmentation {
  /** At most one for each label of the model. */
  readonly masks: readonly ProbabilityMask[];
  /** For masks that exclude one another; left out where a pixel may belong to several. */
  readonly exclusive?: ExclusiveMasks;
}

/**
 * A pixel belongs to the mask whose logit is highest there, the first of equals, and to none where one of `others` is
 * higher than all of them. The masks then have logits of one size, and their thresholds decide nothing.
 */
export interface ExclusiveMasks {
  /**
   * Logits of what the masks compete with beside one another: the background, and labels that were not asked for.
   * float32 [height, width] each, of the masks' size.
   */
  readonly others: readonly Float32Array[];
}

/**
 * Its pixels as a model gives them: the zoo interpolates in logits, so that these save an exponential and a logarithm
 * each.
 */
export type MaskPlane =
  | {
      /** float32 [height, width], row-major, 0..1. */
      readonly probabilities: Float32Array;
      readonly logits?: undefined;
    }
  | {
      /** float32 [height, width], row-major, finite. */
      readonly logits: Float32Array;
      readonly probabilities?: undefined;
    };

export type ProbabilityMask = MaskPlane & {
  readonly label: string;
  readonly size: Size;
  /** Probability from which a pixel belongs to the mask. */
  readonly threshold: number;
  /**
   * How sure the head is that the target is in the image at all, 0..1; below the model's presence threshold the mask is
   * empty on purpose. It need not be a calibrated probability. 1 says that the head does not judge it, such as one that
   * is shown where the target is.
   */
  readonly presence: number;
  /** The model's own estimate of this mask's IoU with the truth, whether or not the target is taken for present. */
  readonly quality: number;
};

export interface Classification {
  /**
   * One for each label of the model, once, in any order: probabilities of classes that exclude one another, which sum
   * to 1.
   */
  readonly scores: readonly Score[];
  readonly plausible?: PlausibleLabels;
  readonly heatMap?: HeatMap;
}

export interface Score {
  readonly label: string;
  readonly probability: number;
}

/**
 * Labels that cannot be ruled out at the stated error rate (a conformal set); several where the model does not know.
 */
export interface PlausibleLabels {
  readonly labels: readonly string[];
  readonly errorRate: number;
}

/**
 * What speaks for the answer, or where the model looked: float32 [height, width], row-major, 0..1, over the encoder's
 * input.
 */
export interface HeatMap {
  readonly size: Size;
  readonly values: Float32Array;
}

export interface Regression {
  /** One for each label of the model, once, in any order. */
  readonly values: readonly PredictedValue[];
}

/** A number that was read off an image, in the unit that the model file's `quantities` names. */
export interface PredictedValue {
  readonly label: string;
  /** Finite. */
  readonly value: number;
  /** Left out by a model that was not calibrated. */
  readonly interval?: PredictionInterval;
}

/**
 * Where the true value lies in at least the share `coverage` of images like those it was calibrated on (split conformal
 * prediction): of all such images together, which need not hold for each kind of them. In the value's unit.
 */
export interface PredictionInterval {
  readonly lower: number;
  readonly upper: number;
  /** Above 0, below 1. */
  readonly coverage: number;
}

export interface Keypoints {
  /** One for each label of the model, once, in any order. */
  readonly points: readonly ModelPoint[];
}

/**
 * A point in the encoder's input: shares of its width and height, 0..1 from its top left corner, so that the centre of
 * the first of n pixels is 0.5 / n. A model may place a point outside.
 */
export interface ModelPoint {
  readonly label: string;
  readonly x: number;
  readonly y: number;
  /** How sure the head is that the point is in the image at all, 0..1; left out by a model that does not say. */
  readonly presence?: number;
}

export interface Multilabel {
  /** One for each label of the model, once, in any order: each by itself, so that they need not sum to 1. */
  readonly scores: readonly LabelScore[];
}

/** Whether an image has a label, whatever other labels it has. */
export interface LabelScore extends Score {
  /** The probability from which the image counts as having the label. */
  readonly threshold: number;
}
