import type { Bytes, Floats } from './bytes.js';
import type { Domain } from './domain.js';
import type { ZooError } from '../errors/errors.js';
import type { HeatMap, LabelScore, PlausibleLabels, PredictedValue, Score } from './decoded-results.js';
import type { Provenance } from './provenance.js';
import type { ByTask, Task } from '../head/task.js';
import type { Box, Point, Size } from '../backend/tensor.js';

interface Answers {
  readonly segmentation: SegmentationAnswer;
  readonly classification: ClassificationAnswer;
  readonly regression: RegressionAnswer;
  readonly keypoints: KeypointsAnswer;
  readonly multilabel: MultilabelAnswer;
}

/** What a consumer gets, in image space (as a person sees the image, EXIF orientation applied), by task. */
export type TaskAnswers = ByTask<Answers>;

export type Answer = TaskAnswers[Task];

export interface SegmentationAnswer {
  readonly task: 'segmentation';
  readonly masks: readonly ImageMask[];
}

/** One target in the image. `rle` is the mask; the rest derives from it or comes from the model. */
export interface ImageMask {
  readonly label: string;
  /**
   * How sure the head is that the target is in the image at all, 0..1: a score to hold against the model's presence
   * threshold, which need not be a calibrated probability. 1 of a head that is told that it is, and does not judge it.
   */
  readonly presence: number;
  /** Whether the image is of the kind that this target was learnt on; left out by a head that cannot say. */
  readonly domain?: Domain;
  /**
   * Why the mask is empty on purpose: `presence` is below the model's threshold, or the image is out of the target's
   * `domain`. Left out for a mask that was drawn, which may have no pixel either.
   */
  readonly absentBecause?: 'presence' | 'domain';
  /**
   * The model's own estimate of its mask's IoU with the truth, made before presence empties the mask: where the target
   * is called absent, it may be high and speaks of a mask that is not shown. Read it with `presence`.
   */
  readonly quality: number;
  /**
   * The probability from which a pixel belongs to the mask; 0 where masks exclude one another, and a pixel belongs to the
   * most probable one.
   */
  readonly threshold: number;
  readonly rle: Rle;
  /** In image pixels. */
  readonly area: number;
  /** Of the image, 0..1. */
  readonly areaFraction: number;
  /** Null if the mask is empty. */
  readonly boundingBox: Box | null;
  readonly polygons?: readonly Polygon[];
  /** 8-bit grey, 0 and 255, of the image's size. */
  readonly png?: Bytes;
  /** float32 [height, width], row-major, 0..1, in model space. */
  readonly probabilities?: { readonly size: Size; readonly values: Floats };
}

/** A mask as COCO run lengths: column-major, background first, in COCO's compressed string. */
export interface Rle {
  readonly size: Size;
  readonly counts: string;
}

/** Closed rings in image pixels along pixel edges (0,0 is the image's corner), the first point not repeated. */
export interface Polygon {
  readonly exterior: readonly Point[];
  readonly holes: readonly (readonly Point[])[];
}

export interface ClassificationAnswer {
  readonly task: 'classification';
  /** The most probable label. */
  readonly label: string;
  /** Most probable first. */
  readonly scores: readonly Score[];
  /**
   * Left out where the image is out of domain, or its file of another modality: its error rate holds for images like
   * those it was measured on.
   */
  readonly plausible?: PlausibleLabels;
  /** Whether the image is of the kind that the head was trained on; left out by a head that cannot say. */
  readonly domain?: Domain;
  /** Over the whole image, in low resolution. */
  readonly heatMap?: HeatMap & { readonly values: Floats };
}

export interface RegressionAnswer {
  readonly task: 'regression';
  readonly values: readonly PredictedQuantity[];
  /** Whether the image is of the kind that the head was trained on; left out by a head that cannot say. */
  readonly domain?: Domain;
}

/**
 * A number with its unit. Its `interval` is left out where the image is out of domain, or its file of another modality:
 * its coverage would not hold.
 */
export interface PredictedQuantity extends PredictedValue {
  /** In UCUM's symbols: 'mo', 'mm', '%'; '1' for a number without one. */
  readonly unit: string;
}

export interface KeypointsAnswer {
  readonly task: 'keypoints';
  readonly points: readonly Keypoint[];
  /** Whether the image is of the kind that the head was trained on; left out by a head that cannot say. */
  readonly domain?: Domain;
}

/** A named place in the image, such as the tip of a catheter. */
export interface Keypoint {
  readonly label: string;
  /** In image pixels from the image's top left corner; null for a point that is not in the image. */
  readonly point: Point | null;
  /** How sure the head is that it is in the image at all, 0..1, as of a mask; left out by a head that does not say. */
  readonly presence?: number;
  /** Why there is no point: its `presence` is below the model's threshold, or the model places it outside the image. */
  readonly absentBecause?: 'presence' | 'outside';
}

export interface MultilabelAnswer {
  readonly task: 'multilabel';
  /** Those whose probability reaches their threshold, most probable first; none may be, or several. */
  readonly labels: readonly string[];
  /** Of all labels, most probable first. They do not exclude one another, so they need not sum to 1. */
  readonly scores: readonly LabelScore[];
  /** Whether the image is of the kind that the head was trained on; left out by a head that cannot say. */
  readonly domain?: Domain;
}

/**
 * A head that answers about an image as a whole does not answer about one that is not of the kind it was trained on:
 * OUT_OF_DOMAIN.
 */
export interface Refusal {
  readonly ok: false;
  readonly error: ZooError;
  readonly domain: Domain;
  readonly provenance: Provenance;
}

/**
 * A head that failed, or refused the image, is an outcome like any other: the rest of the heads answer. `domain` tells
 * the two apart.
 */
export type Outcome<T> =
  | { readonly ok: true; readonly value: T; readonly provenance: Provenance }
  | { readonly ok: false; readonly error: ZooError; readonly provenance?: Provenance; readonly domain?: never }
  | Refusal;
