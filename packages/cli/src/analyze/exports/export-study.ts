import { basename, dirname } from 'node:path';
import type { HeadDescription } from '@medzoo/core';
import { SERIES_FORMATS, type ExportFormat, type SegmentationType } from '@medzoo/export';
import { DiskFullError, writeOutput } from '../../files/write-output.js';
import { countOf } from '../../terminal/format.js';
import type { StudyReport } from '../answers/answers-file.js';
import { DicomSources } from './dicom-sources.js';
import { answersByHead, type HeadAnswer } from './head-answers.js';
import { writeFormat, type StudyFormat } from './write-study-files.js';

export interface ExportOptions {
  readonly formats: readonly ExportFormat[];
  readonly segmentationType: SegmentationType;
  readonly heads: readonly HeadDescription[];
  readonly onFault: (what: string, error: unknown) => void;
  /** What a person should know of a file that was written. */
  readonly onNote: (what: string, note: string) => void;
}

/**
 * Writes what was answered about a study in the formats that were asked for, as `PREFIX.HEAD.ENDING`; resolves to the
 * files' names. What cannot be written is told with the reason, and the rest goes on.
 */
export async function exportStudy(
  { kind, pictures, stacks }: StudyReport,
  name: string,
  prefix: string,
  { formats, segmentationType, heads, onFault, onNote }: ExportOptions,
): Promise<string[]> {
  const wanted = formats.filter((format): format is StudyFormat => format !== 'csv' && format !== 'coco');
  if (wanted.length === 0) return [];
  // What is wrong with a header stops the formats that are derived from it, and no other.
  const sources = await DicomSources.read(pictures).catch((fault: unknown) => ({ fault }));
  const written: string[] = [];
  const digits = String(pictures.length - 1).length;
  const numberOf = ({ report }: HeadAnswer): string => {
    if (kind === 'picture') return '';
    const number = kind === 'frames' ? report.image.view.frame : report.index;
    return `${String(number).padStart(digits, '0')}.`;
  };
  for (const [id, answers] of answersByHead(pictures)) {
    const head = heads.find(({ manifest }) => manifest.id === id)!;
    const lost = pictures.length - answers.length;
    const ofAll: string[] = [];
    for (const format of wanted) {
      try {
        const folder = dirname(prefix);
        const what = { head, answers, sources, segmentationType, folder, stacks, numberOf };
        const files = await writeFormat(format, what);
        if (files.length > 0 && isOfAll(format)) ofAll.push(format);
        for (const { ending, content } of files) {
          const file = `${prefix}.${id}.${ending}`;
          await writeOutput(file, content);
          written.push(basename(file));
        }
      } catch (error) {
        if (error instanceof DiskFullError) throw error;
        onFault(`${name}: no ${format} of ${id}`, error);
      }
    }
    if (lost > 0 && ofAll.length > 0) {
      onNote(
        name,
        `${ofAll.join(', ')} of ${id}: without ${lost} of ${countOf(pictures.length, 'slice')}, which have no answer.`,
      );
    }
  }
  return written;
}

/** Of one file for all pictures: it would say of those that are left out that nothing is there. */
function isOfAll(format: StudyFormat): boolean {
  return (SERIES_FORMATS as readonly string[]).includes(format);
}
