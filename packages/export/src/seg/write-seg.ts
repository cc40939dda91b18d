import type { ImageMask } from '@medzoo/core/contract';
import { checkMasks, labelsOf, takeHeadAndEncoder, type AnsweredFrame } from '../answered.js';
import { checkConcepts, type LabelConcepts } from '../concepts/concept.js';
import type { Attributes } from '../dicom/attributes.js';
import {
  describeCompression,
  describeEquipment,
  describeFrameOfReference,
  describeSeries,
  groupBySeries,
  takeOneStudy,
  type DicomOptions,
} from '../dicom/modules.js';
import { createUid } from '../dicom/uid.js';
import { writeFile, type DicomFile } from '../dicom/write-file.js';
import { invalidParam, tooLarge } from '../refuse.js';
import { findOverlap, packBits, packBytes, stampMask } from './fill-pixels.js';
import { describeDimensions, describeFrame, describeShared, type WrittenFrame } from './functional-groups.js';
import { fillProbabilities } from './image-probabilities.js';
import { placeFrames, type PlacedFrame } from './place-frames.js';
import { describeBackground, describeSegments } from './segments.js';

/**
 * BINARY: a bit a pixel for each label. FRACTIONAL: probabilities, which need their encoding. LABELMAP: a byte a pixel
 * for all labels.
 */
export type SegmentationType = 'BINARY' | 'FRACTIONAL' | 'LABELMAP';

export interface SegOptions extends DicomOptions {
  /** Of every label of the answers; see `findLabelsWithoutConcept`. */
  readonly concepts: LabelConcepts;
  /** BINARY if left out, which every viewer reads. */
  readonly type?: SegmentationType;
}

const SOP_CLASS = { segmentation: '1.2.840.10008.5.1.4.1.1.66.4', labelMap: '1.2.840.10008.5.1.4.1.1.66.7' } as const;
/** Of pixels in one file: it is copied three times while it is written. */
const MOST_PIXEL_BYTES = 512 * 2 ** 20;
const MOST_LABELS = 255;

/**
 * Writes one head's masks of a single image, of frames of a file, or of a series as a DICOM segmentation. Frames
 * without a pixel of a label are left out; a label that is found nowhere has one empty frame, so that a reader sees
 * that it was looked for. Throws UNSUPPORTED_FORMAT where an image has no place in the patient and INVALID_MANIFEST
 * where a label has no concept.
 */
export async function writeSeg(frames: readonly AnsweredFrame[], options: SegOptions): Promise<DicomFile> {
  const { concepts, type = 'BINARY' } = options;
  const head = takeHeadAndEncoder(frames);
  const study = takeOneStudy(frames);
  const stack = placeFrames(frames, 'seg');
  for (const { answered } of stack) checkMasks(answered);
  const labels = takeLabels(frames);
  checkConcepts(labels, concepts);
  const { provenance, source } = frames[0]!;
  const isLabelMap = type === 'LABELMAP';
  const written = isLabelMap ? chooseSlices(stack) : chooseFrames(stack, labels);
  const segments = describeSegments(labels, concepts, provenance, stack);
  return writeFile({
    sopClassUid: isLabelMap ? SOP_CLASS.labelMap : SOP_CLASS.segmentation,
    sopInstanceUid: createUid(),
    seriesInstanceUid: createUid(),
    source: study,
    attributes: {
      ...describeSeries(
        { modality: 'SEG', seriesNumber: 9001, seriesDescription: `${head.id} segmentation` },
        options,
        study,
      ),
      ...describeEquipment(head),
      ...describeImage(type, source.size, written.length),
      ...describeCompression(frames),
      ...describeFrameOfReference(study),
      ReferencedSeriesSequence: [...groupBySeries(frames)].map(([uid, instances]) => ({
        SeriesInstanceUID: uid,
        ReferencedInstanceSequence: instances.map(({ sopClassUid, sopInstanceUid }) => ({
          ReferencedSOPClassUID: sopClassUid,
          ReferencedSOPInstanceUID: sopInstanceUid,
        })),
      })),
      SegmentSequence: isLabelMap ? [...segments, describeBackground()] : segments,
      SegmentsOverlap: describeOverlap(type, stack),
      ...describeDimensions(!isLabelMap, createUid()),
      SharedFunctionalGroupsSequence: describeShared(stack),
      PerFrameFunctionalGroupsSequence: written.map(describeFrame),
      PixelData: fillPixels(type, written, labels),
    },
  });
}

function takeLabels(frames: readonly AnsweredFrame[]): string[] {
  const labels = labelsOf(frames);
  if (labels.length === 0) throw invalidParam('The answers have no masks, so that there is nothing to write.');
  if (labels.length > MOST_LABELS)
    throw invalidParam(`A segmentation holds at most ${MOST_LABELS} labels; got ${labels.length}.`);
  return labels;
}

/** By label, then by position. */
function chooseFrames(stack: readonly PlacedFrame[], labels: readonly string[]): WrittenFrame[] {
  return labels.flatMap((label, index) => {
    const all = stack.map((placed, slice): WrittenFrame => ({ placed, slice, segmentNumber: index + 1 }));
    const filled = all.filter(({ placed }) => (maskOf(placed, label)?.area ?? 0) > 0);
    return filled.length > 0 ? filled : all.slice(0, 1);
  });
}

/** Those with anything in them, or the first. */
function chooseSlices(stack: readonly PlacedFrame[]): WrittenFrame[] {
  const all = stack.map((placed, slice): WrittenFrame => ({ placed, slice }));
  const filled = all.filter(({ placed }) => placed.answered.value.masks.some(({ area }) => area > 0));
  return filled.length > 0 ? filled : all.slice(0, 1);
}

function maskOf({ answered }: PlacedFrame, label: string): ImageMask | undefined {
  return answered.value.masks.find((mask) => mask.label === label);
}

function describeImage(
  type: SegmentationType,
  size: { readonly width: number; readonly height: number },
  frames: number,
): Attributes {
  const bits = type === 'BINARY' ? 1 : 8;
  const bytes = (size.width * size.height * frames * bits) / 8;
  if (bytes > MOST_PIXEL_BYTES) {
    throw tooLarge(
      `The segmentation would hold ${Math.ceil(bytes)} bytes of pixels; the limit is ${MOST_PIXEL_BYTES}. Write it in parts, or as LABELMAP or BINARY.`,
    );
  }
  return {
    ImageType: ['DERIVED', 'PRIMARY'],
    SegmentationType: type,
    SegmentationFractionalType: type === 'FRACTIONAL' ? 'PROBABILITY' : undefined,
    MaximumFractionalValue: type === 'FRACTIONAL' ? 255 : undefined,
    ContentLabel: 'SEGMENTATION',
    ContentDescription: '',
    ContentCreatorName: '',
    SamplesPerPixel: 1,
    PhotometricInterpretation: 'MONOCHROME2',
    NumberOfFrames: frames,
    Rows: size.height,
    Columns: size.width,
    BitsAllocated: bits,
    BitsStored: bits,
    HighBit: bits - 1,
    PixelRepresentation: 0,
    PixelPaddingValue: type === 'LABELMAP' ? 0 : undefined,
    PresentationLUTShape: type === 'LABELMAP' ? 'IDENTITY' : undefined,
  };
}

/** A label map cannot hold a pixel of two labels. */
function describeOverlap(type: SegmentationType, stack: readonly PlacedFrame[]): string {
  if (type === 'FRACTIONAL') return 'UNDEFINED';
  for (const { answered } of stack) {
    const overlap = findOverlap(answered.value.masks);
    if (!overlap) continue;
    if (type === 'BINARY') return 'YES';
    throw invalidParam(
      `The masks of ${overlap[0]} and ${overlap[1]} overlap, which a label map cannot hold. Write BINARY, or one file for each label.`,
    );
  }
  return 'NO';
}

function fillPixels(type: SegmentationType, written: readonly WrittenFrame[], labels: readonly string[]): Uint8Array {
  const { size } = written[0]!.placed.answered.source;
  const masks = written.map(({ placed, segmentNumber = 1 }) => maskOf(placed, labels[segmentNumber - 1]!));
  if (type === 'BINARY') return packBits(masks, size);
  return packBytes(written.length, size, (frame, into) => {
    const { answered } = written[frame]!.placed;
    const mask = masks[frame];
    if (type === 'LABELMAP') {
      for (const candidate of answered.value.masks) stampMask(candidate, labels.indexOf(candidate.label) + 1, into);
    } else if (mask) fillProbabilities(mask, answered.provenance.preprocess, into);
  });
}
