import type { HardPhantomName, SampleName } from '@medzoo/samples';

/** A phantom by its name. */
export type PhantomName = HardPhantomName | SampleName;

/** How a promptable head is pointed at what the truth shows: all of it, or one of its parts. */
export type Prompt = 'box' | 'centre of the largest part' | 'box around the largest part' | 'box around a single part';

export interface MaskCase {
  readonly id: string;
  readonly phantom: PhantomName;
  readonly shows: string;
  /** The label of the phantom's truth. */
  readonly target: string;
  readonly prompt?: Prompt;
  /** An easier phantom, or an easier prompt on the same, and how it differs. */
  readonly plain?: { readonly phantom: PhantomName; readonly words: string; readonly prompt?: Prompt };
}

export interface ClassCase {
  readonly id: string;
  readonly phantom: PhantomName;
  readonly shows: string;
  /** The class that was drawn; null for an image of another kind. */
  readonly drawn: string | null;
  /** A class is true of it, and yet the image is not of the kind that the head is for: it may be refused. */
  readonly isOtherKind?: boolean;
  /** The label of the phantom's truth, where there is one to outline. */
  readonly outlined?: string;
  readonly plain?: { readonly phantom: PhantomName; readonly words: string; readonly drawn: string };
}

/** What the heads of this repository do: only they have hard phantoms. */
export type CardTask = keyof Cases;

interface Cases {
  readonly segmentation: MaskCase;
  readonly classification: ClassCase;
}

/** What is hard for a head of this task. */
export type CaseOf<T extends CardTask> = Cases[T];

/** The hard cases of a head, and the folder of its card, from the project's root. */
export type HeadCases = {
  readonly [T in CardTask]: {
    readonly head: string;
    readonly card: string;
    readonly task: T;
    readonly cases: readonly CaseOf<T>[];
  };
}[CardTask];
