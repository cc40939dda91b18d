import { matchAnswer, type Answer, type ModelIdentity } from '@medzoo/core/contract';
import { takeHead, type AnsweredFrame } from '../answered.js';
import { checkConcepts, type LabelConcepts } from '../concepts/concept.js';
import { codeSequence, type Attributes } from '../dicom/attributes.js';
import {
  describeEquipment,
  describeSeries,
  groupBySeries,
  referenceFrame,
  takeOneStudy,
  type DicomOptions,
} from '../dicom/modules.js';
import { createUid, uidOfDigest } from '../dicom/uid.js';
import { writeFile, type DicomFile } from '../dicom/write-file.js';
import { invalidParam } from '../refuse.js';
import type { SourceRecord } from '../source/dicom-source.js';
import { NAMES, VALUES } from './codes.js';
import { codeItemOf, containerContent, containerItem, imageItem, textItem, uidItem } from './content-items.js';
import { describeClasses, describeMasks, describePoints, describeValues } from './describe-findings.js';

export interface ReportOptions extends DicomOptions {
  /** Codes for the labels: all of a class's and a number's must have one, a mask's and a point's can do
   * without. */
  readonly concepts?: LabelConcepts;
}

const COMPREHENSIVE_SR = '1.2.840.10008.5.1.4.1.1.88.33';

/**
 * Writes one head's answers as a measurement report (DICOM SR, TID 1500): areas, diameters and circumferences of masks
 * with their outlines, classes with their certainty, numbers with their unit,
 * points with their place. Millimetres where `pixelSize` or the file's geometry gives them,
 * else pixels. Needs no place in the patient. It is unverified: a person has to read it.
 */
export async function writeReport(
  frames: readonly AnsweredFrame<Answer>[],
  options: ReportOptions = {},
): Promise<DicomFile> {
  const { concepts = {} } = options;
  const head = takeHead(frames);
  const study = takeOneStudy(frames);
  const groups = frames.flatMap((answered) => describeAnswer(answered, concepts));
  if (groups.length === 0)
    throw invalidParam('The answers have no masks and no points, so that there is nothing to report.');
  return writeFile({
    sopClassUid: COMPREHENSIVE_SR,
    sopInstanceUid: createUid(),
    seriesInstanceUid: createUid(),
    source: study,
    attributes: {
      ...describeSeries(
        { modality: 'SR', seriesNumber: 9003, seriesDescription: `${head.id} measurements` },
        options,
        study,
      ),
      ...describeEquipment(head),
      ReferencedPerformedProcedureStepSequence: [],
      PerformedProcedureCodeSequence: [],
      CurrentRequestedProcedureEvidenceSequence: [describeEvidence(frames, study)],
      CompletionFlag: 'COMPLETE',
      VerificationFlag: 'UNVERIFIED',
      PreliminaryFlag: 'PRELIMINARY',
      ValueType: 'CONTAINER',
      ConceptNameCodeSequence: codeSequence(NAMES.report),
      ...containerContent(
        [
          codeItemOf('HAS CONCEPT MOD', NAMES.language, VALUES.english),
          ...describeObserver(head),
          codeItemOf('HAS CONCEPT MOD', NAMES.procedure, VALUES.imaging),
          containerItem('CONTAINS', NAMES.imageLibrary, [
            containerItem(
              'CONTAINS',
              NAMES.imageGroup,
              frames.map((answered) => imageItem('CONTAINS', referenceFrame(answered))),
            ),
          ]),
          containerItem('CONTAINS', NAMES.measurements, groups),
        ],
        '1500',
      ),
    },
  });
}

function describeAnswer(answered: AnsweredFrame<Answer>, concepts: LabelConcepts): Attributes[] {
  return matchAnswer(answered.value, {
    segmentation: (value) => describeMasks({ ...answered, value }, concepts),
    classification: (value) => {
      checkConcepts(labelsOf(value.scores), concepts);
      return describeClasses({ ...answered, value }, concepts);
    },
    regression: (value) => {
      checkConcepts(labelsOf(value.values), concepts);
      return describeValues({ ...answered, value }, concepts);
    },
    keypoints: (value) => describePoints({ ...answered, value }, concepts),
    multilabel: (value) => {
      checkConcepts(labelsOf(value.scores), concepts);
      return describeClasses({ ...answered, value }, concepts);
    },
  });
}

function labelsOf(named: readonly { readonly label: string }[]): string[] {
  return named.map(({ label }) => label);
}

function describeEvidence(frames: readonly Pick<AnsweredFrame, 'source'>[], { studyUid }: SourceRecord): Attributes {
  return {
    StudyInstanceUID: studyUid,
    ReferencedSeriesSequence: [...groupBySeries(frames)].map(([uid, instances]) => ({
      SeriesInstanceUID: uid,
      ReferencedSOPSequence: instances.map(({ sopClassUid, sopInstanceUid }) => ({
        ReferencedSOPClassUID: sopClassUid,
        ReferencedSOPInstanceUID: sopInstanceUid,
      })),
    })),
  };
}

/**
 * Who observed it: a device, whose UID follows from its weights so that the same model is the same observer everywhere.
 */
function describeObserver(head: ModelIdentity): Attributes[] {
  return [
    codeItemOf('HAS OBS CONTEXT', NAMES.observerType, VALUES.device),
    uidItem('HAS OBS CONTEXT', NAMES.observerUid, uidOfDigest(head.sha256)),
    textItem('HAS OBS CONTEXT', NAMES.observerName, head.id),
    textItem('HAS OBS CONTEXT', NAMES.observerManufacturer, 'medzoo'),
    textItem('HAS OBS CONTEXT', NAMES.observerModel, `${head.id} ${head.version}`),
    textItem('HAS OBS CONTEXT', NAMES.observerSerial, head.sha256),
  ];
}
