import type { Provenance } from '@medzoo/core/contract';
import { takeConcept, type LabelConcepts } from '../concepts/concept.js';
import { codeItem, codeSequence, type Attributes } from '../dicom/attributes.js';
import { shortText } from '../dicom/format-values.js';
import { identifyAlgorithm } from '../dicom/modules.js';
import { sayKindsOver } from '../image-kind.js';
import { displayColour } from './display-colour.js';
import type { PlacedFrame } from './place-frames.js';

/** Items of the Segment Sequence, numbered from 1 in the order of the labels. */
export function describeSegments(
  labels: readonly string[],
  concepts: LabelConcepts,
  provenance: Provenance,
  stack: readonly PlacedFrame[],
): Attributes[] {
  return labels.map((label, index) => {
    const { category, type, typeModifiers, anatomy, anatomyModifiers } = takeConcept(label, concepts);
    return {
      SegmentNumber: index + 1,
      SegmentLabel: shortText(label, 64),
      SegmentDescription: sayKindsOver(stack, label),
      SegmentAlgorithmType: 'AUTOMATIC',
      SegmentAlgorithmName: shortText(provenance.head.id, 64),
      SegmentedPropertyCategoryCodeSequence: codeSequence(category),
      SegmentedPropertyTypeCodeSequence: [
        {
          ...codeItem(type),
          SegmentedPropertyTypeModifierCodeSequence: typeModifiers?.map(codeItem),
        },
      ],
      AnatomicRegionSequence: anatomy && [
        { ...codeItem(anatomy), AnatomicRegionModifierSequence: anatomyModifiers?.map(codeItem) },
      ],
      SegmentationAlgorithmIdentificationSequence: identifyAlgorithm(provenance),
      RecommendedDisplayCIELabValue: displayColour(index),
    };
  });
}

/**
 * What a label map says about pixels of no segment (PS3.3, C.8.20.2.4): segment 0, the value of which is the pixel
 * padding value. It comes last: viewers up to OHIF 3.12 take items by their place, and with the background in front
 * they give each label's name and colour to the next.
 */
export function describeBackground(): Attributes {
  const background = { value: '125040', scheme: 'DCM', meaning: 'Background' };
  return {
    SegmentNumber: 0,
    SegmentLabel: 'Background',
    SegmentAlgorithmType: 'AUTOMATIC',
    SegmentAlgorithmName: 'medzoo',
    SegmentedPropertyCategoryCodeSequence: codeSequence(background),
    SegmentedPropertyTypeCodeSequence: codeSequence(background),
  };
}
