import { isZooError, type Answer, type Bytes, type SegmentationAnswer } from '@medzoo/core';
import type { AnsweredFrame } from './answered.js';
import type { LabelConcepts } from './concepts/concept.js';
import { findLabelsWithoutConcept } from './concepts/concept.js';
import { needsConcepts } from './concepts/needs-concepts.js';
import { EXPORT_FORMATS, listPossibleFormats, sayPossible, type ExportFormat } from './formats.js';
import { writeNifti, type NiftiSlice } from './nifti/write-nifti.js';
import { toGeoJson } from './outlines/geojson.js';
import { writeCoco } from './raster/write-coco.js';
import { toRleMasks } from './raster/raster-masks.js';
import { impossibleFormat, invalidParam } from './refuse.js';
import { writeReport } from './report/write-report.js';
import { writeRtStruct } from './rtstruct/write-rtstruct.js';
import { writeSeg, type SegmentationType } from './seg/write-seg.js';
import { findAnswerPixelSize } from './source/find-answer-pixel-size.js';
import type { DicomSource } from './source/dicom-source.js';
import type { Plane } from './source/plane.js';

/** Formats of one file for all answers of a head about an image, the frames of a file or the files of a series. */
export const SERIES_FORMATS = [
  'seg', 'rtstruct', 'sr', 'nifti', 'geojson', 'coco', 'rle',
] as const satisfies readonly ExportFormat[]; // prettier-ignore
export type SeriesFormat = (typeof SERIES_FORMATS)[number];

/** One head's answer about one picture, and what is known of the picture's file. */
export interface PicturedAnswer<A extends Answer = Answer> {
  readonly value: A;
  readonly provenance: AnsweredFrame['provenance'];
  /** What the picture is called in formats that name it. */
  readonly image: string;
  /** What `readDicomSource` made of its file; left out for a file of another format. */
  readonly source?: DicomSource | undefined;
  /** Where a picture lies whose file is no DICOM; see `findPlane`. */
  readonly plane?: Plane | undefined;
}

export interface WriteOptions {
  /** Of the head: `trained.labels`, in the order of COCO's categories. */
  readonly labels: readonly string[];
  /** Of the head: `trained.concepts`. */
  readonly concepts?: LabelConcepts | undefined;
  /** BINARY if left out. */
  readonly segmentationType?: SegmentationType;
}

export interface WrittenFile {
  /** What its name ends with, such as 'seg.dcm'. */
  readonly ending: string;
  readonly mediaType: string;
  readonly content: Bytes | string;
}

type Masks = readonly PicturedAnswer<SegmentationAnswer>[];
type Write<A extends Answer> = (
  answers: readonly PicturedAnswer<A>[],
  options: WriteOptions,
) => Promise<WrittenFile | WrittenFile[]>;

const DICOM = 'application/dicom';
const JSON_TYPE = 'application/json';

const OF_MASKS: Readonly<Record<Exclude<SeriesFormat, 'sr'>, Write<SegmentationAnswer>>> = {
  async seg(answers, { concepts = {}, segmentationType = 'BINARY' }) {
    const { bytes } = await writeSeg(toFrames('seg', answers), { concepts, type: segmentationType });
    return { ending: 'seg.dcm', mediaType: DICOM, content: bytes };
  },
  async rtstruct(answers, { concepts = {} }) {
    const { bytes } = await writeRtStruct(toFrames('rtstruct', answers), { concepts });
    return { ending: 'rtstruct.dcm', mediaType: DICOM, content: bytes };
  },
  nifti: writeVolumes,
  geojson(answers) {
    const content = JSON.stringify(toGeoJson(answers.map(toNamed)));
    return Promise.resolve({ ending: 'geojson', mediaType: 'application/geo+json', content: `${content}\n` });
  },
  async coco(answers, { labels }) {
    let content = '';
    for await (const part of writeCoco(answers.map(toNamed), { labels })) content += part;
    return { ending: 'coco.json', mediaType: JSON_TYPE, content };
  },
  rle(answers) {
    const content = JSON.stringify(answers.map(toNamed).map(toRleMasks));
    return Promise.resolve({ ending: 'rle.json', mediaType: JSON_TYPE, content: `${content}\n` });
  },
};

/**
 * Writes one head's answers about an image, the frames of a file or the files of a series as one file; as one for each
 * label where a format cannot hold labels that overlap. Rejects with why it cannot be: UNSUPPORTED_FORMAT where the
 * files do not say enough, INVALID_PARAM where the head makes no masks or the slices do not fit together.
 */
export async function writeAnswers(
  format: SeriesFormat,
  answers: readonly PicturedAnswer[],
  options: WriteOptions,
): Promise<WrittenFile[]> {
  if (format === 'sr') {
    const { bytes } = await writeReport(toFrames('sr', answers), { concepts: options.concepts ?? {} });
    return [{ ending: 'sr.dcm', mediaType: DICOM, content: bytes }];
  }
  const written = await OF_MASKS[format](
    answers.map((answer) => takeMasks(format, answer, options)),
    options,
  );
  return Array.isArray(written) ? written : [written];
}

function takeMasks(format: SeriesFormat, answer: PicturedAnswer, options: WriteOptions): Masks[number] {
  const { value, provenance } = answer;
  if (value.task === 'segmentation') return { ...answer, value };
  throw invalidParam(
    `The format ${format} holds masks, and the head "${provenance.head.id}" does ${value.task}. ` +
      sayPossibleOf(answer, options),
    { format },
  );
}

/** One volume of all labels, or one for each where they overlap. */
async function writeVolumes(answers: Masks): Promise<WrittenFile[]> {
  const slices = answers.map(toSlice);
  try {
    return [toVolume('nii.gz', (await writeNifti(slices)).bytes)];
  } catch (error) {
    if (!isZooError(error) || error.details.overlap === undefined) throw error;
  }
  const labels = [...new Set(answers.flatMap(({ value }) => value.masks.map(({ label }) => label)))];
  const files: WrittenFile[] = [];
  for (const label of labels) {
    files.push(toVolume(`${toFileName(label)}.nii.gz`, (await writeNifti(slices, { labels: [label] })).bytes));
  }
  return files;
}

function toVolume(ending: string, content: Bytes): WrittenFile {
  return { ending, mediaType: 'application/gzip', content };
}

function toSlice(answer: Masks[number]): NiftiSlice {
  const { source, plane, value, provenance } = answer;
  if (source) return { source, frame: provenance.view.frame, value, provenance };
  if (plane) return { plane, value, provenance };
  throw impossibleFormat(
    `NIfTI needs to know where the image lies in the patient, which this file does not say. ${sayPossibleOf(answer)}`,
    { format: 'nifti' },
  );
}

/** Answers with the headers that DICOM objects are derived from. Throws UNSUPPORTED_FORMAT for a file without one. */
export function toFrames<A extends Answer>(
  format: 'seg' | 'rtstruct' | 'sr' | 'sc',
  answers: readonly PicturedAnswer<A>[],
): AnsweredFrame<A>[] {
  return answers.map((answer) => {
    const { source, value, provenance } = answer;
    if (!source) {
      const possible = sayPossibleOf(answer);
      throw impossibleFormat(`${format} is derived from a DICOM file, and this image is none. ${possible}`, { format });
    }
    const { frame } = provenance.view;
    const pixelSize = findAnswerPixelSize({ value, provenance });
    return { source, frame, value, provenance, ...(pixelSize && { pixelSize }) };
  });
}

function toNamed({ image, value, provenance }: Masks[number]) {
  const { frame, frames } = provenance.view;
  const pixelSize = findAnswerPixelSize({ value, provenance });
  return { image, value, provenance, ...(frames > 1 && { frame }), ...(pixelSize && { pixelSize }) };
}

/** In words, what this answer can become; a report names some by the codes of their labels, which may be missing. */
function sayPossibleOf({ value, provenance, source, plane }: PicturedAnswer, options?: WriteOptions): string {
  const formats = listPossibleFormats(source, provenance.view.frame);
  const isBare = options && findLabelsWithoutConcept(options.labels, options.concepts).length > 0;
  const possible = EXPORT_FORMATS.filter((format) => {
    if (isBare && needsConcepts(format, value.task)) return false;
    return formats.includes(format) || (format === 'nifti' && plane !== undefined);
  });
  return sayPossible(possible, value.task);
}

/** Labels are anybody's texts. */
export function toFileName(label: string): string {
  return label.replaceAll(/[^\p{L}\p{N}._-]+/gu, '_').replace(/^\.+/, '_');
}
