import { checkMasks, labelsOf, takeHeadAndEncoder, type AnsweredFrame } from '../answered.js';
import { findLabelsWithoutConcept, takeConcept, type LabelConcepts } from '../concepts/concept.js';
import { codeSequence, type Attributes } from '../dicom/attributes.js';
import { formatMoment, shortText } from '../dicom/format-values.js';
import {
  describeEquipment,
  describeFrameOfReference,
  describeSeries,
  describeWeights,
  groupBySeries,
  identifyAlgorithm,
  referenceFrame,
  takeOneStudy,
  type DicomOptions,
} from '../dicom/modules.js';
import { createUid } from '../dicom/uid.js';
import { writeFile, type DicomFile } from '../dicom/write-file.js';
import { sayKindsOver } from '../image-kind.js';
import { invalidParam } from '../refuse.js';
import { displayRgb } from '../seg/display-colour.js';
import { placeFrames, type PlacedFrame } from '../seg/place-frames.js';
import type { SourceRecord } from '../source/dicom-source.js';
import { drawContours } from './draw-contours.js';

export interface RtStructOptions extends DicomOptions {
  /** Codes for the labels that have one; a structure set can do without. */
  readonly concepts?: LabelConcepts;
  /** How many pixels an outline may lie off the mask's, for fewer points; 0 (exact) if left out. */
  readonly tolerance?: number;
}

const SOP_CLASS = '1.2.840.10008.5.1.4.1.1.481.3';
/** Detached Study Management: retired, and what every structure set refers to a study with (PS3.3, C.8.8.5). */
const STUDY_CLASS = '1.2.840.10008.3.1.2.3.1';

/**
 * Writes one head's masks as a radiotherapy structure set: outlines along pixel edges in patient millimetres, holes by
 * keyhole. A label that is found nowhere is a structure without contours. Throws UNSUPPORTED_FORMAT where an image has
 * no place in the patient.
 */
export async function writeRtStruct(
  frames: readonly AnsweredFrame[],
  options: RtStructOptions = {},
): Promise<DicomFile> {
  const { tolerance = 0, concepts = {}, now = new Date() } = options;
  if (!(tolerance >= 0 && tolerance <= 100)) throw invalidParam(`tolerance must be 0 to 100 pixels; got ${tolerance}.`);
  const head = takeHeadAndEncoder(frames);
  const study = takeOneStudy(frames);
  const stack = placeFrames(frames, 'rtstruct');
  for (const { answered } of stack) checkMasks(answered);
  const labels = labelsOf(frames);
  if (labels.length === 0) throw invalidParam('The answers have no masks, so that there is nothing to write.');
  const { provenance } = frames[0]!;
  const moment = formatMoment(now, study.timezoneOffset);
  const { ContentDate, ContentTime, ...series } = describeSeries(
    { modality: 'RTSTRUCT', seriesNumber: 9002, seriesDescription: `${head.id} structures` },
    options,
    study,
  );
  return writeFile({
    sopClassUid: SOP_CLASS,
    sopInstanceUid: createUid(),
    seriesInstanceUid: createUid(),
    source: study,
    hasLongTexts: true,
    attributes: {
      ...series,
      ...describeEquipment(head),
      InstanceCreationDate: ContentDate,
      InstanceCreationTime: ContentTime,
      OperatorsName: '',
      StructureSetLabel: shortText(head.id, 16),
      StructureSetName: shortText(`${head.id} ${head.version}`, 64),
      StructureSetDescription: describeWeights(provenance),
      StructureSetDate: moment.date,
      StructureSetTime: moment.time,
      ...describeFrameOfReference(study),
      ReferencedFrameOfReferenceSequence: [referenceStudy(frames, study)],
      StructureSetROISequence: labels.map((label, index) => ({
        ROINumber: index + 1,
        ReferencedFrameOfReferenceUID: study.frameOfReferenceUid,
        ROIName: shortText(label, 64),
        ROIDescription: sayKindsOver(stack, label),
        ROIGenerationAlgorithm: 'AUTOMATIC',
        ROIGenerationDescription: shortText(`${head.id} ${head.version}`, 64),
        ROIDerivationAlgorithmIdentificationSequence: identifyAlgorithm(provenance),
      })),
      ROIContourSequence: labels.map((label, index) => describeContours(stack, label, index, tolerance)),
      RTROIObservationsSequence: labels.map((label, index) => describeObservation(label, index, concepts)),
      ApprovalStatus: 'UNAPPROVED',
    },
  });
}

function referenceStudy(frames: readonly AnsweredFrame[], study: SourceRecord): Attributes {
  return {
    FrameOfReferenceUID: study.frameOfReferenceUid,
    RTReferencedStudySequence: [
      {
        ReferencedSOPClassUID: STUDY_CLASS,
        ReferencedSOPInstanceUID: study.studyUid,
        RTReferencedSeriesSequence: [...groupBySeries(frames)].map(([uid, instances]) => ({
          SeriesInstanceUID: uid,
          ContourImageSequence: instances.map(({ sopClassUid, sopInstanceUid }) => ({
            ReferencedSOPClassUID: sopClassUid,
            ReferencedSOPInstanceUID: sopInstanceUid,
          })),
        })),
      },
    ],
  };
}

function describeContours(stack: readonly PlacedFrame[], label: string, index: number, tolerance: number): Attributes {
  const contours = stack.flatMap(({ answered, plane }) => {
    const mask = answered.value.masks.find((candidate) => candidate.label === label);
    if (!mask || mask.area === 0) return [];
    return drawContours(mask.rle, plane, tolerance).map((points) => ({
      ContourImageSequence: [referenceFrame(answered)],
      ContourGeometricType: 'CLOSED_PLANAR',
      NumberOfContourPoints: points.length / 3,
      ContourData: points,
    }));
  });
  return {
    ROIDisplayColor: displayRgb(index),
    ReferencedROINumber: index + 1,
    ContourSequence:
      contours.length === 0 ? undefined : contours.map((contour, at) => ({ ...contour, ContourNumber: at + 1 })),
  };
}

function describeObservation(label: string, index: number, concepts: LabelConcepts): Attributes {
  const concept = findLabelsWithoutConcept([label], concepts).length === 0 ? takeConcept(label, concepts) : undefined;
  return {
    ObservationNumber: index + 1,
    ReferencedROINumber: index + 1,
    RTROIIdentificationCodeSequence: concept && codeSequence(concept.type),
    RTROIInterpretedType: '',
    ROIInterpreter: '',
  };
}
