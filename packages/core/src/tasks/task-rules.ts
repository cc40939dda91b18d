import type { Head, MaskEncoding, OutOfDomain, Task, TaskAnswers, TaskResults } from '../contract/index.js';
import type { ImageDomains } from '../domain/head-domains.js';
import type { Geometry } from '../image/preprocess/geometry.js';

/** What it takes to bring a result from model space to the image. */
export interface AnswerContext {
  readonly trained: Head['trained'];
  readonly geometry: Geometry;
  readonly encodings: readonly MaskEncoding[];
  /** In image pixels; 0 for exact polygons. */
  readonly polygonTolerance: number;
  /** What the head says of the image's kind. */
  readonly domains: ImageDomains;
  readonly outOfDomain: OutOfDomain;
  /** Whether the file says that it is of a modality that the head was trained on, or says none. */
  readonly isOwnModality: boolean;
}

/** What the zoo has to know of a task. */
export interface TaskRules<T extends Task> {
  /** What a model file lacks for the task, as a message goes on; undefined for one that has all of it. */
  readonly findModelFault?: (trained: Head['trained']) => string | undefined;
  /** What is wrong with a result of `decode`, as a message goes on; undefined for one that keeps the contract. */
  readonly findFault: (result: Partial<TaskResults[T]> | undefined, labels: readonly string[]) => string | undefined;
  /** Whether there is no answer at all about an image of another kind than the head was trained on. */
  readonly refusesImages: boolean;
  /** A result without a fault as what a consumer gets: plain data of its own, in image space. */
  readonly toAnswer: (result: TaskResults[T], context: AnswerContext) => Promise<TaskAnswers[T]>;
}
