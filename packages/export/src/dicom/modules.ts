import type { ModelIdentity, Provenance } from '@medzoo/core/contract';
import type { AnsweredFrame } from '../answered.js';
import { invalidParam } from '../refuse.js';
import { recordOf, type SourceRecord } from '../source/dicom-source.js';
import { readText } from '../source/read-values.js';
import { codeSequence, type Attributes } from './attributes.js';
import { formatMoment, shortText } from './format-values.js';

/** What a caller may choose of every DICOM file. */
export interface DicomOptions {
  readonly seriesDescription?: string;
  readonly seriesNumber?: number;
  /** When it was made; now if left out. */
  readonly now?: Date;
}

const SOFTWARE = 'medzoo';

/** The General Series module, and when the content was made. */
export function describeSeries(
  defaults: { readonly modality: string; readonly seriesNumber: number; readonly seriesDescription: string },
  { seriesDescription, seriesNumber, now = new Date() }: DicomOptions,
  { timezoneOffset }: SourceRecord,
): Attributes {
  const { date, time } = formatMoment(now, timezoneOffset);
  return {
    Modality: defaults.modality,
    SeriesNumber: seriesNumber ?? defaults.seriesNumber,
    SeriesDescription: shortText(seriesDescription ?? describeResearch(defaults.seriesDescription), 64),
    SeriesDate: date,
    SeriesTime: time,
    ContentDate: date,
    ContentTime: time,
    InstanceNumber: 1,
  };
}

/** In an archive, a series is seen apart from all that says it elsewhere. */
function describeResearch(description: string): string {
  const notice = ', not for diagnosis';
  return `${shortText(description, 64 - notice.length)}${notice}`;
}

/** The Enhanced General Equipment module: the weights' digest is the serial number of the device that made this. */
export function describeEquipment(head: ModelIdentity): Attributes {
  return {
    Manufacturer: SOFTWARE,
    ManufacturerModelName: shortText(head.id, 64),
    DeviceSerialNumber: shortText(head.sha256, 64),
    SoftwareVersions: shortText(head.version, 64),
  };
}

/** The Frame of Reference module: positions in the object are those of its source. */
export function describeFrameOfReference({ frameOfReferenceUid, dataSet }: SourceRecord): Attributes {
  return {
    FrameOfReferenceUID: frameOfReferenceUid,
    PositionReferenceIndicator: readText(dataSet, 'x00201040') ?? '',
  };
}

/**
 * Both digests: a head's answer depends on its encoder as much as on itself. Of a file in another precision than the
 * model's own, that too.
 */
export function describeWeights({ head, headPrecision, encoder, encoderPrecision }: Provenance): string {
  return [
    `weights-sha256=${head.sha256}`,
    ...sayPrecision('weights-precision', headPrecision),
    `encoder=${encoder.id} ${encoder.version}`,
    `encoder-weights-sha256=${encoder.sha256}`,
    ...sayPrecision('encoder-weights-precision', encoderPrecision),
  ].join('; ');
}

function sayPrecision(name: string, precision: string): string[] {
  return precision === 'reference' ? [] : [`${name}=${precision}`];
}

/** The Algorithm Identification macro (PS3.3, 10.16). */
export function identifyAlgorithm(provenance: Provenance): [Attributes] {
  const { head } = provenance;
  return [
    {
      AlgorithmFamilyCodeSequence: codeSequence({ value: '123110', scheme: 'DCM', meaning: 'Artificial Intelligence' }),
      AlgorithmName: shortText(head.id, 64),
      AlgorithmVersion: shortText(head.version, 64),
      AlgorithmParameters: describeWeights(provenance),
    },
  ];
}

/** A reference to the image that an answer is about. Frames are counted from 1 in DICOM. */
export function referenceFrame({ source, frame = 0 }: Pick<AnsweredFrame, 'source' | 'frame'>): Attributes {
  const { sopClassUid, sopInstanceUid } = recordOf(source);
  return {
    ReferencedSOPClassUID: sopClassUid,
    ReferencedSOPInstanceUID: sopInstanceUid,
    ReferencedFrameNumber: source.frames > 1 ? frame + 1 : undefined,
  };
}

/** The sources' instances by series, each once. */
export function groupBySeries(frames: readonly Pick<AnsweredFrame, 'source'>[]): Map<string, SourceRecord[]> {
  const series = new Map<string, Map<string, SourceRecord>>();
  for (const { source } of frames) {
    const record = recordOf(source);
    const instances = series.get(record.seriesUid) ?? new Map<string, SourceRecord>();
    series.set(record.seriesUid, instances.set(record.sopInstanceUid, record));
  }
  return new Map([...series].map(([uid, instances]) => [uid, [...instances.values()]]));
}

/**
 * The record that patient and study are taken from; throws INVALID_PARAM where the sources are of several, and shows
 * none of them.
 */
export function takeOneStudy(frames: readonly Pick<AnsweredFrame, 'source'>[]): SourceRecord {
  const records = frames.map(({ source }) => recordOf(source));
  const [first] = records;
  if (!first) throw invalidParam('At least one answer is needed to write a file; got none.');
  const patientOf = ({ dataSet }: SourceRecord): string => readText(dataSet, 'x00100020') ?? '';
  if (records.some((record) => record.studyUid !== first.studyUid || patientOf(record) !== patientOf(first))) {
    throw invalidParam(
      'The images are of several studies or patients; a DICOM file belongs to one. Write a file for each study.',
    );
  }
  return first;
}

/** A derived object says so where one of its images went through lossy compression. */
export function describeCompression(frames: readonly Pick<AnsweredFrame, 'source'>[]): Attributes {
  const lossy = frames
    .map(({ source }) => recordOf(source).dataSet)
    .find((dataSet) => readText(dataSet, 'x00282110') === '01');
  if (!lossy) return { LossyImageCompression: '00' };
  return {
    LossyImageCompression: '01',
    LossyImageCompressionRatio: readText(lossy, 'x00282112'),
    LossyImageCompressionMethod: readText(lossy, 'x00282114'),
  };
}
