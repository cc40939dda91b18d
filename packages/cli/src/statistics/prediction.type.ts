/** One image's true label and what the classifier said about it. */
export interface Prediction {
  readonly truth: string;
  /** The most probable label. */
  readonly predicted: string;
  /** By label; a label left out has probability 0. */
  readonly probabilities: Readonly<Record<string, number>>;
  /** Labels that the classifier does not rule out, if it says so: a conformal set. */
  readonly plausible?: readonly string[];
}
