import { matchAnswer, type Answer, type ImageMask } from '@medzoo/core';

/** The masks of an answer, each of which is measured, and adds up to a volume over slices. */
export function masksOf(answer: Answer): readonly ImageMask[] {
  return matchAnswer<readonly ImageMask[]>(answer, { segmentation: ({ masks }) => masks, classification: () => [] });
}

/** The one label that an answer settles on; undefined for a task that does not choose. */
export function chosenLabelOf(answer: Answer): string | undefined {
  return matchAnswer<string | undefined>(answer, {
    segmentation: () => undefined,
    classification: ({ label }) => label,
  });
}
