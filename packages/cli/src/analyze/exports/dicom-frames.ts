import type { Answer } from '@medzoo/core';
import { findAnswerPixelSize, readDicomSource, type AnsweredFrame, type DicomSource } from '@medzoo/export';
import { CommandError } from '../../command-error.js';
import { readImage } from '../../files/read-image.js';
import type { PictureReport } from '../analyze-study.js';
import type { HeadAnswer } from './head-answers.js';

/** The DICOM headers that a study's objects are derived from, by file, each read once. */
export class DicomSources {
  private constructor(private readonly byFile: ReadonlyMap<string, DicomSource>) {}

  /** Reads all of a study's files; none for a study of other formats. */
  static async read(reports: readonly PictureReport[]): Promise<DicomSources | undefined> {
    const byFile = new Map<string, DicomSource>();
    for (const report of reports) {
      if (!('heads' in report)) continue;
      const { file } = report.picture;
      if (report.image.format !== 'dicom') return undefined;
      if (!byFile.has(file)) byFile.set(file, readDicomSource(await readImage(file)));
    }
    return new DicomSources(byFile);
  }

  /** One head's answers, each with the header of its file. */
  toFrames<A extends Answer>(answers: readonly HeadAnswer<A>[]): AnsweredFrame<A>[] {
    return answers.map((answer) => {
      const { report, outcome } = answer;
      const source = this.byFile.get(report.picture.file);
      if (!source) throw new CommandError('The header of this file was not read.');
      const pixelSize = findAnswerPixelSize(outcome);
      return {
        source,
        frame: report.image.view.frame,
        value: outcome.value,
        provenance: outcome.provenance,
        ...(pixelSize && { pixelSize }),
      };
    });
  }
}
