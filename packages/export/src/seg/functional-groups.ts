import { codeSequence, type Attributes } from '../dicom/attributes.js';
import { decimalString } from '../dicom/format-values.js';
import { referenceFrame } from '../dicom/modules.js';
import { findSliceDistance } from '../source/sort-planes.js';
import type { PlacedFrame } from './place-frames.js';

const SEGMENT_NUMBER = { pointer: 0x0062_000b, group: 0x0062_000a, label: 'Segment Number' };
const POSITION = { pointer: 0x0020_0032, group: 0x0020_9113, label: 'Image Position Patient' };
const SOURCE_OF_PROCESSING = { value: '121322', scheme: 'DCM', meaning: 'Source image for image processing operation' };
const SEGMENTATION = { value: '113076', scheme: 'DCM', meaning: 'Segmentation' };

/**
 * One frame that is written: what it is of, its number in the stack (from 0), and its segment; without one in a label
 * map.
 */
export interface WrittenFrame {
  readonly placed: PlacedFrame;
  readonly slice: number;
  readonly segmentNumber?: number;
}

/** The Multi-frame Dimension module: by segment, then by position. */
export function describeDimensions(hasSegments: boolean, uid: string): Attributes {
  const dimensions = hasSegments ? [SEGMENT_NUMBER, POSITION] : [POSITION];
  return {
    DimensionOrganizationSequence: [{ DimensionOrganizationUID: uid }],
    DimensionIndexSequence: dimensions.map(({ pointer, group, label }) => ({
      DimensionOrganizationUID: uid,
      DimensionIndexPointer: pointer,
      FunctionalGroupPointer: group,
      DimensionDescriptionLabel: label,
    })),
  };
}

/**
 * What all frames have in common. The distance between slices is said where it is even, and never guessed from their
 * thickness; they are as thick as that where no file says it.
 */
export function describeShared(stack: readonly PlacedFrame[]): [Attributes] {
  const { spacing, rowDirection, columnDirection, sliceThickness } = stack[0]!.plane;
  const distance = findSliceDistance(stack);
  const thickness = stack.every(({ plane }) => plane.sliceThickness === sliceThickness)
    ? (sliceThickness ?? distance)
    : undefined;
  return [
    {
      PixelMeasuresSequence: [
        {
          PixelSpacing: [decimalString(spacing.y), decimalString(spacing.x)],
          SliceThickness: thickness === undefined ? undefined : decimalString(thickness),
          SpacingBetweenSlices: distance === undefined ? undefined : decimalString(distance),
        },
      ],
      PlaneOrientationSequence: [
        { ImageOrientationPatient: [...rowDirection, ...columnDirection].map((value) => decimalString(value)) },
      ],
    },
  ];
}

export function describeFrame({ placed, slice, segmentNumber }: WrittenFrame): Attributes {
  return {
    FrameContentSequence: [
      { DimensionIndexValues: segmentNumber === undefined ? [slice + 1] : [segmentNumber, slice + 1] },
    ],
    PlanePositionSequence: [{ ImagePositionPatient: placed.plane.position.map((value) => decimalString(value)) }],
    DerivationImageSequence: [
      {
        DerivationCodeSequence: codeSequence(SEGMENTATION),
        SourceImageSequence: [
          {
            ...referenceFrame(placed.answered),
            SpatialLocationsPreserved: 'YES',
            PurposeOfReferenceCodeSequence: codeSequence(SOURCE_OF_PROCESSING),
          },
        ],
      },
    ],
    SegmentIdentificationSequence:
      segmentNumber === undefined ? undefined : [{ ReferencedSegmentNumber: segmentNumber }],
  };
}
