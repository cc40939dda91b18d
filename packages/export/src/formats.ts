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

const NAMES: Readonly<Record<ExportFormat, string>> = {
  seg: 'a DICOM segmentation (SEG)',
  rtstruct: 'a DICOM structure set (RTSTRUCT)',
  nifti: 'NIfTI',
  sr: 'a measurement report (SR)',
  sc: 'an overlay picture (SC)',
  geojson: 'GeoJSON',
  coco: 'COCO',
  png: 'PNG',
  rle: 'RLE',
  csv: 'CSV',
};

/** The formats that an image can become; `source` is left out for an image that is no DICOM file. */
export function listPossibleFormats(source?: DicomSource, frame = 0): ExportFormat[] {
  const isPlaced = source?.planeOf(frame) !== undefined;
  return EXPORT_FORMATS.filter((format) => {
    if (source === undefined && (format === 'sr' || format === 'sc')) return false;
    return isPlaced || !PLACED.some((placed) => placed === format);
  });
}

/** An UNSUPPORTED_FORMAT that says what the source lacks and what it can become instead. */
export function geometryMissing(format: PlacedFormat, source: DicomSource, frame: number): Error {
  const missing = source.missingGeometry(frame);
  const possible = listPossibleFormats(source, frame);
  const names = possible.map((name) => NAMES[name]);
  return impossibleFormat(
    `For ${NAMES[format]} the image must say where in the patient it lies; this one (${source.modality || 'no modality'}) lacks ` +
      `${missing.join(', ')}. Possible: ${names.slice(0, -1).join(', ')} or ${names.at(-1) ?? ''}.`,
    { format, missing, possible },
  );
}
