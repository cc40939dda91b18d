import type { DisplayWindow } from '@medzoo/core/contract';
import type { ParsedFile } from '../parse/data-set.js';
import { readCode, readVector } from '../parse/read-values.js';
import { STANDARD_UID, type ImageKind } from '../parse/sop-classes.js';
import { checkFrame } from '../refuse.js';
import { describeFlags, type ImageFlags } from './describe-flags.js';
import { describeGeometry, type FrameGeometry } from './describe-geometry.js';
import { describeSpacing, type Spacing } from './describe-spacing.js';
import { describeWindows } from './describe-windows.js';
import type { ImageHeader } from './image-header.js';
import { knownBodyPart } from './body-parts.js';
import { knownModality } from './modalities.js';

/** What is in a DICOM file, without its pixels and without a name, date or id of a patient. */
export interface DicomDescription {
  readonly format: 'dicom';
  /** UID, and its name in the standard. */
  readonly transferSyntax: string;
  readonly transferSyntaxName: string;
  /** UID of the standard's; null where it is absent or somebody else's. */
  readonly sopClass: string | null;
  /** What the picture is for: anything but 'image' says something about another image and is no input of a head. */
  readonly kind: ImageKind;
  /** The standard's code, such as CT; null where it is absent or not one of the standard's. */
  readonly modality: string | null;
  /** The standard's term, such as CHEST; null likewise. */
  readonly bodyPart: string | null;
  readonly rows: number;
  readonly columns: number;
  readonly frames: number;
  readonly samples: number;
  readonly photometric: string;
  readonly bitsAllocated: number;
  readonly bitsStored: number;
  readonly signed: boolean;
  /** Of the frame that was asked for, as are `windows` and `geometry`. */
  readonly spacing: Spacing | null;
  /** Height of a pixel by its width, from spacing or PixelAspectRatio; 1 where the file says nothing. */
  readonly pixelAspectRatio: number;
  readonly windows: readonly DisplayWindow[];
  readonly flags: ImageFlags;
  readonly geometry: FrameGeometry | null;
}

export function describeFile(file: ParsedFile, header: ImageHeader, frame: number): DicomDescription {
  checkFrame(frame, header.frames);
  const { dataSet, transferSyntax } = file;
  const spacing = describeSpacing(dataSet, frame);
  const { kind, rows, columns, frames, samples, photometric, bitsAllocated, bitsStored, signed } = header;
  return {
    format: 'dicom',
    transferSyntax: transferSyntax.uid,
    transferSyntaxName: transferSyntax.name,
    sopClass: header.sopClass !== undefined && STANDARD_UID.test(header.sopClass) ? header.sopClass : null,
    kind,
    modality: knownModality(readCode(dataSet, 'x00080060')),
    bodyPart: knownBodyPart(readCode(dataSet, 'x00180015')),
    rows,
    columns,
    frames,
    samples,
    photometric,
    bitsAllocated,
    bitsStored,
    signed,
    spacing,
    pixelAspectRatio: spacing ? spacing.y / spacing.x : readAspectRatio(file),
    windows: samples === 1 && photometric !== 'PALETTE COLOR' ? describeWindows(dataSet, frame) : [],
    flags: describeFlags(file, header),
    geometry: describeGeometry(dataSet, frame, header),
  };
}

/** Vertical\horizontal (PS3.3, C.7.6.3.1.7): sizes of a pixel, of which only the ratio is known. */
function readAspectRatio({ dataSet }: ParsedFile): number {
  const [vertical = 1, horizontal = 1] = readVector(dataSet, 'x00280034', 2) ?? [];
  return vertical > 0 && horizontal > 0 ? vertical / horizontal : 1;
}
