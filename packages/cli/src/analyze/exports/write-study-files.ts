import { readFile } from 'node:fs/promises';
import type { HeadDescription } from '@medzoo/core';
import {
  findPlane,
  FORMATS_OF_ANY_ANSWER,
  toFileName,
  toFrames,
  toPngMask,
  writeAnswers,
  writeOverlays,
  type ExportFormat,
  type PicturedAnswer,
  type SegmentationType,
  type WrittenFile,
} from '@medzoo/export';
import { CommandError } from '../../command-error.js';
import type { StudyReport } from '../answers/answers-file.js';
import { DicomSources } from './dicom-sources.js';
import { isSegmentation, type HeadAnswer } from './head-answers.js';

/** A file to write: its name behind that of the study. */
export type NewFile = Pick<WrittenFile, 'ending' | 'content'>;

/** The headers of a study's DICOM files, or why they cannot be read; undefined for a study of other files. */
export type StudySources = DicomSources | { readonly fault: unknown } | undefined;

/** What one head answered over a study, and what files can be made of. */
export interface HeadExport {
  readonly head: HeadDescription;
  readonly answers: readonly HeadAnswer[];
  readonly sources: StudySources;
  readonly segmentationType: SegmentationType;
  /** The folder of what was drawn of the answers. */
  readonly folder: string;
  /** The volumes of a file of several, such as points in time. */
  readonly stacks: StudyReport['stacks'];
  /** Which picture of the study, in digits, as part of a file name; empty for a picture alone. */
  readonly numberOf: (answer: HeadAnswer) => string;
}

/** Formats of one study; the other two are tables over all that was analyzed. */
export type StudyFormat = Exclude<ExportFormat, 'csv' | 'coco'>;

/**
 * The files of one format; none where the format is about masks and the head has none. Rejects with why it cannot be.
 */
export async function writeFormat(format: StudyFormat, what: HeadExport): Promise<readonly NewFile[]> {
  const isOfMasks = !FORMATS_OF_ANY_ANSWER.includes(format);
  if (isOfMasks && what.head.manifest.task !== 'segmentation') return [];
  if (format === 'png') return writePictures(what);
  const { answers, sources, segmentationType } = what;
  // What is wrong with a header stops the formats that are derived from it, and no other.
  if (sources && 'fault' in sources && ['seg', 'rtstruct', 'sr', 'sc'].includes(format)) throw sources.fault;
  if (format === 'sc') return writeOverlayPictures(what);
  if (format === 'nifti' && what.stacks.length > 1) return writeStacks(what);
  const { concepts, labels } = what.head.trained;
  const pictured = answers.map((answer) => toPictured(answer, sources));
  return writeAnswers(format, pictured, { labels, concepts, segmentationType });
}

/** A volume of labels for each volume: one file has one voxel for each place in the patient. */
async function writeStacks({ stacks, ...what }: HeadExport): Promise<NewFile[]> {
  const files: NewFile[] = [];
  const digits = String(stacks.length - 1).length;
  for (const [index, { from, count }] of stacks.entries()) {
    const answers = what.answers.filter(({ report }) => report.index >= from && report.index < from + count);
    if (answers.length === 0) continue;
    const number = String(index).padStart(digits, '0');
    for (const { ending, content } of await writeFormat('nifti', { ...what, answers, stacks: [] })) {
      files.push({ ending: `${number}.${ending}`, content });
    }
  }
  return files;
}

async function writePictures({ answers, numberOf }: HeadExport): Promise<NewFile[]> {
  if (!isSegmentation(answers)) return [];
  const files: NewFile[] = [];
  for (const answer of answers) {
    for (const mask of answer.outcome.value.masks) {
      files.push({ ending: `${numberOf(answer)}${toFileName(mask.label)}.png`, content: await toPngMask(mask) });
    }
  }
  return files;
}

/** One after the other: the pictures of a long series need not be in memory together. */
async function writeOverlayPictures({ answers, sources, folder, numberOf }: HeadExport): Promise<NewFile[]> {
  const files: NewFile[] = [];
  for (const answer of answers) {
    const [frame] = toFrames('sc', [toPictured(answer, sources)]);
    const picture = await readFile(`${folder}/${answer.head.picture!}`);
    const [written] = await writeOverlays([{ ...frame!, picture }]);
    files.push({ ending: `${numberOf(answer)}sc.dcm`, content: written!.bytes });
  }
  return files;
}

function toPictured({ report, outcome }: HeadAnswer, sources: StudySources): PicturedAnswer {
  const { value, provenance } = outcome;
  const named = { image: report.file, value, provenance };
  if (!(sources instanceof DicomSources)) return { ...named, plane: findPlane(report.picture.description.facts) };
  const source = sources.find(report.picture.file);
  if (!source) throw new CommandError('The header of this file was not read.');
  return { ...named, source };
}
