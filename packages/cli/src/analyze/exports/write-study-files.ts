import { readFile } from 'node:fs/promises';
import { isZooError, type HeadDescription, type SegmentationAnswer } from '@medzoo/core';
import {
  findAnswerPixelSize,
  findPlane,
  listPossibleFormats,
  toGeoJson,
  toPngMask,
  toRleMasks,
  writeNifti,
  writeOverlays,
  writeReport,
  writeRtStruct,
  writeSeg,
  type ExportFormat,
  type NiftiSlice,
  type SegmentationType,
} from '@medzoo/export';
import { CommandError } from '../../command-error.js';
import { DicomSources } from './dicom-frames.js';
import { nameOf, type HeadAnswer } from './head-answers.js';

/** A file to write: its name behind that of the study. */
export interface NewFile {
  readonly ending: string;
  readonly content: Uint8Array | string;
}

/** The headers of a study's DICOM files, or why they cannot be read; undefined for a study of other files. */
export type StudySources = DicomSources | { readonly fault: unknown } | undefined;

/** What one head answered over a study, and what files can be made of. */
export interface HeadExport<A extends HeadAnswer = HeadAnswer> {
  readonly head: HeadDescription;
  readonly answers: readonly A[];
  readonly sources: StudySources;
  readonly segmentationType: SegmentationType;
  /** The folder of what was drawn of the answers. */
  readonly folder: string;
  /** Which picture of the study, in digits, as part of a file name; empty for a picture alone. */
  readonly numberOf: (answer: HeadAnswer) => string;
}

/** Formats of one study; the other two are tables over all that was analyzed. */
export type StudyFormat = Exclude<ExportFormat, 'csv' | 'coco'>;
type Write<A extends HeadAnswer> = (what: HeadExport<A>) => Promise<NewFile[]>;

/** Of masks. */
const OF_MASKS: Readonly<Record<Exclude<StudyFormat, 'sr' | 'sc'>, Write<HeadAnswer<SegmentationAnswer>>>> = {
  async seg({ head, answers, sources, segmentationType }) {
    const { concepts = {} } = head.trained;
    const { bytes } = await writeSeg(needDicom('seg', sources).toFrames(answers), { concepts, type: segmentationType });
    return [{ ending: 'seg.dcm', content: bytes }];
  },
  async rtstruct({ head, answers, sources }) {
    const { concepts = {} } = head.trained;
    const { bytes } = await writeRtStruct(needDicom('rtstruct', sources).toFrames(answers), { concepts });
    return [{ ending: 'rtstruct.dcm', content: bytes }];
  },
  nifti({ answers, sources }) {
    return writeVolumes(sources instanceof DicomSources ? sources.toFrames(answers) : answers.map(toPlaced));
  },
  geojson({ answers }) {
    const named = answers.map((answer) => {
      const pixelSize = findAnswerPixelSize(answer.outcome);
      return { ...nameOf(answer.report), ...answer.outcome, ...(pixelSize && { pixelSize }) };
    });
    return Promise.resolve([{ ending: 'geojson', content: `${JSON.stringify(toGeoJson(named))}\n` }]);
  },
  async png({ answers, numberOf }) {
    const files: NewFile[] = [];
    for (const answer of answers) {
      for (const mask of answer.outcome.value.masks) {
        files.push({ ending: `${numberOf(answer)}${toFileName(mask.label)}.png`, content: await toPngMask(mask) });
      }
    }
    return files;
  },
  rle({ answers }) {
    const masks = answers.map(({ report, outcome }) => toRleMasks({ ...nameOf(report), ...outcome }));
    return Promise.resolve([{ ending: 'rle.json', content: `${JSON.stringify(masks)}\n` }]);
  },
};

/** Of all answers. */
const OF_ANSWERS: Readonly<Record<'sr' | 'sc', Write<HeadAnswer>>> = {
  async sr({ head, answers, sources }) {
    const { concepts = {} } = head.trained;
    const { bytes } = await writeReport(needDicom('sr', sources).toFrames(answers), { concepts });
    return [{ ending: 'sr.dcm', content: bytes }];
  },
  async sc({ answers, sources, folder, numberOf }) {
    const frames = needDicom('sc', sources).toFrames(answers);
    const files: NewFile[] = [];
    // One after the other: the pictures of a long series need not be in memory together.
    for (const [index, answer] of answers.entries()) {
      const picture = await readFile(`${folder}/${answer.head.picture!}`);
      const [written] = await writeOverlays([{ ...frames[index]!, picture }]);
      files.push({ ending: `${numberOf(answer)}sc.dcm`, content: written!.bytes });
    }
    return files;
  },
};

/**
 * The files of one format; none where the format is about masks and the head has none. Rejects with why it cannot be.
 */
export async function writeFormat(format: StudyFormat, what: HeadExport): Promise<NewFile[]> {
  if (format === 'sr' || format === 'sc') return OF_ANSWERS[format](what);
  if (what.head.manifest.task !== 'segmentation') return [];
  return OF_MASKS[format](what as HeadExport<HeadAnswer<SegmentationAnswer>>);
}

/** One volume of all labels, or one for each where they overlap. */
async function writeVolumes(slices: readonly NiftiSlice[]): Promise<NewFile[]> {
  try {
    return [{ ending: 'nii.gz', content: (await writeNifti(slices)).bytes }];
  } catch (error) {
    if (!isZooError(error) || error.details.overlap === undefined) throw error;
  }
  const labels = [...new Set(slices.flatMap(({ value }) => value.masks.map(({ label }) => label)))];
  const files: NewFile[] = [];
  for (const label of labels) {
    files.push({
      ending: `${toFileName(label)}.nii.gz`,
      content: (await writeNifti(slices, { labels: [label] })).bytes,
    });
  }
  return files;
}

/** A slice of a volume that is no DICOM file, by what its own header says of its place. */
function toPlaced({ report, outcome }: HeadAnswer<SegmentationAnswer>): NiftiSlice {
  const plane = findPlane(report.picture.description.facts);
  if (plane) return { value: outcome.value, provenance: outcome.provenance, plane };
  throw new CommandError(
    `NIfTI needs to know where the image lies in the patient, which this file does not say. ${namePossible()}`,
  );
}

function needDicom(format: 'seg' | 'rtstruct' | 'sr' | 'sc', sources: StudySources): DicomSources {
  if (sources instanceof DicomSources) return sources;
  if (sources) throw sources.fault;
  throw new CommandError(`${format} is derived from a DICOM file, and this is none. ${namePossible()}`);
}

function namePossible(): string {
  return `Possible: ${listPossibleFormats().join(', ')}.`;
}

/** Labels are anybody's texts. */
function toFileName(label: string): string {
  return label.replaceAll(/[^\p{L}\p{N}._-]+/gu, '_').replace(/^\.+/, '_');
}
