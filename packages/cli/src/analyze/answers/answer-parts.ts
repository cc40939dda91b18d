import { matchAnswer, type Answer, type Domain, type ImageMask } from '@medzoo/core';

/** The masks of an answer, each of which is measured, and adds up to a volume over slices. */
export function masksOf(answer: Answer): readonly ImageMask[] {
  return matchAnswer<readonly ImageMask[]>(answer, {
    segmentation: ({ masks }) => masks,
    classification: () => [],
    regression: () => [],
    keypoints: () => [],
    multilabel: () => [],
  });
}

/** The one label that an answer settles on; undefined for a task that does not choose. */
export function chosenLabelOf(answer: Answer): string | undefined {
  return matchAnswer<string | undefined>(answer, {
    segmentation: () => undefined,
    classification: ({ label }) => label,
    regression: () => undefined,
    keypoints: () => undefined,
    multilabel: () => undefined,
  });
}

/**
 * Whether the image is of the head's kind; undefined for a task that says it of each target, and a head that cannot.
 */
export function wholeDomainOf(answer: Answer): Domain | undefined {
  return matchAnswer<Domain | undefined>(answer, {
    segmentation: () => undefined,
    classification: ({ domain }) => domain,
    regression: ({ domain }) => domain,
    keypoints: ({ domain }) => domain,
    multilabel: ({ domain }) => domain,
  });
}
