import { join } from 'node:path';
import { isZooError, ZooError, type SegmentationAnswer } from '@medzoo/core';
import { withPixelSizes, writeCoco, writeCsv, type CocoAnswer, type CsvAnswer } from '@medzoo/export';
import { describeError } from '../../describe-error.js';
import { DiskFullError, streamOutput } from '../../files/write-output.js';
import type { PictureReport } from '../analyze-study.js';
import type { StudyReport, UnreadFile } from '../answers/answers-file.js';
import type { ExportOptions } from './export-study.js';
import { answersByHead, isSegmentation, nameOf, type HeadAnswer } from './head-answers.js';

/**
 * Writes the tables over all that was analyzed: `results.csv`, and a data set `HEAD.coco.json` for each head that
 * segments.
 */
export async function exportTables(
  studies: readonly StudyReport[],
  unread: readonly UnreadFile[],
  out: string,
  { formats, heads, onFault }: ExportOptions,
): Promise<void> {
  const reports = studies.flatMap(({ pictures }) => pictures);
  if (formats.includes('csv')) {
    const rows = writeCsv([...unread.map(toFailedRow), ...reports.flatMap(toRows)]);
    await streamOutput(join(out, 'results.csv'), rows);
  }
  if (!formats.includes('coco')) return;
  for (const [id, answers] of answersByHead(reports)) {
    if (!isSegmentation(answers)) continue;
    const { labels } = heads.find(({ manifest }) => manifest.id === id)!.trained;
    try {
      const images = writeCoco(answers.map(toCoco), { labels });
      await streamOutput(join(out, `${id}.coco.json`), images);
    } catch (error) {
      if (error instanceof DiskFullError) throw error;
      onFault(`no coco of ${id}`, error);
    }
  }
}

function toCoco({ report, outcome }: HeadAnswer<SegmentationAnswer>): CocoAnswer {
  return { ...nameOf(report), ...outcome };
}

/** A row a mask, class, number or point. */
function toRows(report: PictureReport): CsvAnswer[] {
  if ('error' in report) return [toFailedRow(report)];
  return report.heads.flatMap(({ id, outcome }) => withPixelSizes({ ...nameOf(report), head: id, outcome }));
}

function toFailedRow({ file, error }: UnreadFile): CsvAnswer {
  const known = isZooError(error) ? error : new ZooError('INVALID_IMAGE', describeError(error));
  return { image: file, head: '', outcome: { ok: false, error: known } };
}
