import { readDicomSource, type DicomSource } from '@medzoo/export';
import { readImage } from '../../files/read-image.js';
import type { PictureReport } from '../analyze-study.js';

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

  find(file: string): DicomSource | undefined {
    return this.byFile.get(file);
  }
}
