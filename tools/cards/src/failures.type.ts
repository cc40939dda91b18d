import type { CardTask } from './hard-case.type.js';

/**
 * What a head answers on its hard phantoms, as `failures.json` of its card says it. It holds no date: the same weights
 * give the same file.
 */
export interface Failures {
  /** SHA-256 of the weights that answered: of both models, and of the variants that may have run in their place. */
  readonly digests: { readonly head: string; readonly encoder: string; readonly variants: readonly string[] };
  readonly cases: readonly Finding[];
}

/** `refused` is a failure too: the head refuses an image of its own kind, so that nobody gets an answer. */
export type Outcome = 'passed' | 'failed' | 'refused';

interface Findings extends Record<CardTask, CaseFinding> {
  readonly segmentation: MaskFinding;
  readonly classification: ClassFinding;
}

/** What a head of this task answered on one phantom. */
export type FindingOf<T extends CardTask> = Findings[T];

export type Finding = FindingOf<CardTask>;

interface CaseFinding {
  readonly id: string;
  /** A file beside this one. */
  readonly picture: string;
  /** SHA-256 of that file. */
  readonly picture_sha256: string;
  /** What is hard about the phantom, in a person's words. */
  readonly shows: string;
  /** By the rules of judge.ts. */
  readonly outcome: Outcome;
  /**
   * What the image is most like, where the head, or the target, refuses it as out of its domain; null where it does
   * not.
   */
  readonly refused_as: string | null;
}

export interface MaskFinding extends CaseFinding {
  readonly task: 'segmentation';
  readonly target: string;
  readonly dice: number;
  /** Whether the head says that the target is not there. */
  readonly called_absent: boolean;
  readonly presence: number;
  /** Separate regions of the answer, of which there should be as many as `objects` where that is known. */
  readonly regions: number;
  readonly objects: number | null;
  /** Other targets that the head says are there too. */
  readonly also_found: readonly string[];
  /** The same asked of an easier phantom or with an easier prompt; null where there is none. */
  readonly plain: { readonly words: string; readonly dice: number } | null;
}

export interface ClassFinding extends CaseFinding {
  readonly task: 'classification';
  /** The class that was drawn; null if the image is of another kind, and no class is true. */
  readonly drawn: string | null;
  /** Whether the image is of the kind that the head is for. To refuse another is right. */
  readonly own_kind: boolean;
  readonly label: string;
  readonly probability: number;
  /** Of the class that was drawn. */
  readonly drawn_probability: number | null;
  /** The conformal set; null if the head makes none. */
  readonly plausible: { readonly labels: readonly string[]; readonly error_rate: number } | null;
  readonly plain: PlainClass | null;
}

export interface PlainClass {
  readonly words: string;
  readonly drawn: string;
  readonly label: string;
  readonly drawn_probability: number;
}
