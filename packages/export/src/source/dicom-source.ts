import type { Size } from '@medzoo/core/contract';
import { invalidParam, invalidSource } from '../refuse.js';
import { parseSource, type DataSet } from './parse-source.js';
import type { Plane } from './plane.js';
import { missingParts, readGeometry, toPlane } from './read-geometry.js';
import { readNumbers, readText } from './read-values.js';
import { countOf } from '@medzoo/core/contract';

/**
 * A DICOM image as something that objects can be derived from. It shows nothing about the patient, also not when it is
 * printed.
 */
export interface DicomSource {
  /** Such as 'CT'; empty where the file does not say. */
  readonly modality: string;
  /** In stored pixels. */
  readonly size: Size;
  readonly frames: number;
  /** Whether the file says that names and ids were taken out; what is derived from it then has none either. */
  readonly isDeidentified: boolean;
  /** Whether the pixels may show who the patient is: 'unknown' where the file does not say, which is not a no. */
  readonly burnedInAnnotation: 'yes' | 'no' | 'unknown';
  /** Where the frame (from 0) lies in the patient; undefined where the file does not say all of it. */
  readonly planeOf: (frame: number) => Plane | undefined;
  /** What the file would have to say for that, by the standard's names. */
  readonly missingGeometry: (frame: number) => readonly string[];
}

/** What only the writers of this package see. */
export interface SourceRecord {
  readonly dataSet: DataSet;
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
  readonly studyUid: string;
  readonly seriesUid: string;
  readonly frameOfReferenceUid?: string;
  readonly timezoneOffset?: string;
}

const UID = /^[0-9.]{3,64}$/;
/** Identity stays out of the object itself, so that a log of it shows none. */
const records = new WeakMap<DicomSource, SourceRecord>();

/**
 * Reads of a DICOM file what objects that are derived from it need: where its frames lie, what it is called, and the
 * patient and study, which go into derived DICOM files and nowhere else. Holds the header and not the pixels. Throws
 * INVALID_IMAGE for other files.
 */
export function readDicomSource(bytes: Uint8Array): DicomSource {
  const dataSet = withoutPixels(bytes);
  const frames = readFrames(dataSet);
  const geometryOf = readGeometry(dataSet, frames);
  const frameOfReferenceUid = readText(dataSet, 'x00200052');
  const timezoneOffset = readText(dataSet, 'x00080201');
  const checked = (frame: number): number => {
    if (!Number.isInteger(frame) || frame < 0 || frame >= frames) {
      throw invalidParam(`The file has ${countOf(frames, 'frame')}, counted from 0; got ${frame}.`);
    }
    return frame;
  };
  const source: DicomSource = {
    modality: readText(dataSet, 'x00080060') ?? '',
    size: { width: readLength(dataSet, 'x00280011', 'Columns'), height: readLength(dataSet, 'x00280010', 'Rows') },
    frames,
    isDeidentified: readText(dataSet, 'x00120062') === 'YES',
    burnedInAnnotation: readBurnedIn(dataSet),
    planeOf: (frame) => (frameOfReferenceUid === undefined ? undefined : toPlane(geometryOf(checked(frame)))),
    missingGeometry: (frame) => [
      ...missingParts(geometryOf(checked(frame))),
      ...(frameOfReferenceUid === undefined ? ['FrameOfReferenceUID'] : []),
    ],
  };
  records.set(source, {
    dataSet,
    sopClassUid: takeUid(dataSet, 'x00080016', 'SOPClassUID'),
    sopInstanceUid: takeUid(dataSet, 'x00080018', 'SOPInstanceUID'),
    studyUid: takeUid(dataSet, 'x0020000d', 'StudyInstanceUID'),
    seriesUid: takeUid(dataSet, 'x0020000e', 'SeriesInstanceUID'),
    ...(frameOfReferenceUid !== undefined && { frameOfReferenceUid }),
    ...(timezoneOffset !== undefined && { timezoneOffset }),
  });
  return Object.freeze(source);
}

/** The hidden part of a source. */
export function recordOf(source: DicomSource): SourceRecord {
  const record = records.get(source);
  if (!record) throw invalidParam('`source` must be what readDicomSource returned, not a copy of it.');
  return record;
}

/** dicom-parser's elements are places in the file's bytes: a copy of the header lets go of the pixels. */
function withoutPixels(bytes: Uint8Array): DataSet {
  const dataSet = parseSource(bytes);
  const end = dataSet.elements.x7fe00010?.dataOffset ?? dataSet.byteArray.length;
  rebase(dataSet, Uint8Array.from(dataSet.byteArray.subarray(0, end)));
  return dataSet;
}

function rebase(dataSet: DataSet, bytes: Uint8Array): void {
  dataSet.byteArray = bytes;
  for (const { items = [] } of Object.values(dataSet.elements)) {
    for (const { dataSet: item } of items) if (item) rebase(item, bytes);
  }
}

function readFrames(dataSet: DataSet): number {
  const [frames = 1] = readNumbers(dataSet, 'x00280008');
  if (!Number.isInteger(frames) || frames < 1 || frames > 100_000) {
    throw invalidSource('NumberOfFrames of the source must be an integer from 1 to 100000.');
  }
  return frames;
}

function readLength(dataSet: DataSet, tag: string, name: string): number {
  const length = dataSet.uint16(tag);
  if (length === undefined || length === 0)
    throw invalidSource(`${name} of the source must be at least 1; it is no image.`);
  return length;
}

function readBurnedIn(dataSet: DataSet): DicomSource['burnedInAnnotation'] {
  const text = readText(dataSet, 'x00280301');
  if (text === 'YES') return 'yes';
  return text === 'NO' ? 'no' : 'unknown';
}

function takeUid(dataSet: DataSet, tag: string, name: string): string {
  const uid = readText(dataSet, tag);
  if (uid !== undefined && UID.test(uid)) return uid;
  throw invalidSource(
    `${name} of the source is missing or damaged, without which nothing in DICOM can refer to it. Formats other than DICOM need no source.`,
  );
}
