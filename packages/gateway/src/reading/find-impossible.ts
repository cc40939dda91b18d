import { type ImageDescription, isZooError } from '@medzoo/core';
import { EXPORT_FORMATS, type ExportFormat, listPossibleFormats, readDicomSource } from '@medzoo/export';

/** Why answers about an image cannot become files of some formats. */
export type ImpossibleFormats = Readonly<Partial<Record<ExportFormat, string>>>;

type Described = Pick<ImageDescription, 'format' | 'frame' | 'facts'>;

const NOT_PLACED = 'The file does not say in millimetres where in the patient it lies.';

/** A header that other files cannot be derived from may still be that of an image: its faults become reasons. */
export function findImpossible(bytes: Uint8Array, described: Described): ImpossibleFormats {
  const { format, frame, facts } = described;
  if (facts.kind !== 'image') {
    return without(
      [],
      `The file is of the kind "${facts.kind}": it says something about another image and is no input of a head. ` +
        'Send that image.',
    );
  }
  if (format === 'dicom') return findImpossibleOfDicom(bytes, frame);
  const isPlaced = facts.geometry !== null && facts.spacing?.unit === 'mm';
  const possible: ExportFormat[] = [...listPossibleFormats(), ...(isPlaced ? (['nifti'] as const) : [])];
  const impossible = without(possible, 'DICOM files are derived from a DICOM file, and this is none.');
  return isPlaced ? impossible : { ...impossible, nifti: NOT_PLACED };
}

function findImpossibleOfDicom(bytes: Uint8Array, frame: number): ImpossibleFormats {
  try {
    const source = readDicomSource(bytes);
    const missing = source.missingGeometry(frame).join(', ');
    return without(
      listPossibleFormats(source, frame),
      `The file does not say where in the patient it lies: ${missing} missing.`,
    );
  } catch (error) {
    if (!isZooError(error)) throw error;
    return without(listPossibleFormats(), error.message);
  }
}

function without(possible: readonly ExportFormat[], reason: string): ImpossibleFormats {
  return Object.fromEntries(
    EXPORT_FORMATS.filter((format) => !possible.includes(format)).map((format) => [format, reason]),
  );
}
