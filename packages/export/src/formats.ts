import type { Task } from '@medzoo/core/contract';
import type { DicomSource } from './source/dicom-source.js';
import { impossibleFormat } from './refuse.js';

/** What this package writes. */
export const EXPORT_FORMATS = ['seg', 'rtstruct', 'sr', 'sc', 'nifti', 'geojson', 'coco', 'png', 'rle', 'csv'] as const;

export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** The formats that hold any answer; the others hold masks. */
export const FORMATS_OF_ANY_ANSWER: readonly ExportFormat[] = ['sr', 'sc', 'csv'];

/** These place the mask in the patient, so that the image must say where it lies there. */
const PLACED = ['seg', 'rtstruct', 'nifti'] as const satisfies readonly ExportFormat[];
export type PlacedFormat = (typeof PLACED)[number];

const NAMES: Readonly<Record<PlacedFormat, string>> = {
  seg: 'a DICOM segmentation (SEG)',
  rtstruct: 'a DICOM structure set (RTSTRUCT)',
  nifti: 'NIfTI',
};

/** The formats that an image can become; `source` is left out for an image that is no DICOM file. */
export function listPossibleFormats(source?: DicomSource, frame = 0): ExportFormat[] {
  const isPlaced = source?.planeOf(frame) !== undefined;
  return EXPORT_FORMATS.filter((format) => {
    if (source === undefined && (format === 'sr' || format === 'sc')) return false;
    return isPlaced || !PLACED.some((placed) => placed === format);
  });
}

/** In words, what an answer can become about an image that can become `formats`. By the names that callers use. */
export function sayPossible(formats: readonly ExportFormat[], task: Task): string {
  const possible = formats.filter((format) => task === 'segmentation' || FORMATS_OF_ANY_ANSWER.includes(format));
  return `Possible: ${possible.join(', ')}.`;
}

/** An UNSUPPORTED_FORMAT that says what the source lacks and what it can become instead. */
export function geometryMissing(format: PlacedFormat, source: DicomSource, frame: number): Error {
  const missing = source.missingGeometry(frame);
  const possible = listPossibleFormats(source, frame);
  return impossibleFormat(
    `For ${NAMES[format]} the image must say where in the patient it lies; this one (${source.modality || 'no modality'}) lacks ` +
      `${missing.join(', ')}. ${sayPossible(possible, 'segmentation')}`,
    { format, missing, possible },
  );
}
