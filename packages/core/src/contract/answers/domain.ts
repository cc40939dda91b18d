/** Whether an image is of the kind that a head, or one of its targets, was trained on. */
export interface Domain {
  /**
   * How far the image is from what it was trained on, compared with other kinds of images; higher is farther. Not
   * comparable between heads.
   */
  readonly score: number;
  /**
   * The largest score that counts as at home: held-out images of its own kind pass it as rarely as the model file says.
   */
  readonly threshold: number;
  /** `score <= threshold`. Only then is the rest of an answer what was measured for the model. */
  readonly inDomain: boolean;
  /**
   * What the image is most like, of its own kind and those that its encoder knows, in words such as "chest film of a
   * child". Its own kind may be the nearest although the image is out of domain: then it is like nothing that is known.
   */
  readonly nearest: string;
}

/** A domain, and the labels that it is about: the head as a whole by default. */
export interface LabelledDomain extends Domain {
  readonly labels?: readonly string[];
}

/**
 * What becomes of an image that is out of a head's domain. 'refuse': a head does not answer (OUT_OF_DOMAIN), or,
 * for a segmentation, a target counts as absent. 'warn': all are answered, with `inDomain: false` and without claims
 * that hold at home only.
 */
export const OUT_OF_DOMAIN = ['refuse', 'warn'] as const;

export type OutOfDomain = (typeof OUT_OF_DOMAIN)[number];
