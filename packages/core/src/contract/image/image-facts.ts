import type { DisplayWindow } from '../window/apply-window-rule.js';
import type { PixelPadding } from '../window/value-set.js';

/** How large a pixel is. */
export interface PixelSpacing {
  /** Between columns, that is along a row. */
  readonly x: number;
  /** Between rows. */
  readonly y: number;
  /** Between slices, of a file that is a volume. */
  readonly z?: number;
  /** 'mm at detector' is not the patient's: a projection enlarges by an unknown factor. Never call it millimetres. */
  readonly unit: 'mm' | 'mm at detector';
  /** Which field of the file says so. */
  readonly source: string;
  /** The only parts of the frame in which it holds, in pixels; everywhere if there are none. */
  readonly regions?: readonly PixelRegion[];
}

/** Its right and lower edges are inside. */
export interface PixelRegion {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Three coordinates in the patient's system: millimetres to the left, to the back, to the head (LPS). */
export type PatientVector = readonly [number, number, number];

/** Where a frame lies in the patient. */
export interface FramePlace {
  /** Centre of the first pixel. */
  readonly position: PatientVector;
  /** Directions in which columns grow along a row, and rows grow along a column; unit vectors. */
  readonly orientation: { readonly row: PatientVector; readonly column: PatientVector };
}

/** How a slice of a file that is a volume lies in its array of voxels, of which 0 is the axis that changes fastest. */
export interface VoxelGrid {
  /** The axis that is walked from slice to slice. */
  readonly slice: 0 | 1 | 2;
  /** Whether it runs against the direction that is at right angles to columns and rows, in this order. */
  readonly reversed: boolean;
  /** Which axis runs along a row of the slice, and whether it runs backwards. */
  readonly columns: VoxelAxis;
  readonly rows: VoxelAxis;
}

export interface VoxelAxis {
  readonly axis: 0 | 1 | 2;
  readonly flipped: boolean;
}

/** What a reader of a file should know before trusting its pixels. */
export interface FileFlags {
  /** Whether names may be drawn into the pixels. 'unknown' is not 'no'. */
  readonly burnedIn: 'yes' | 'no' | 'unknown';
  /** Whether values were lost by compression, as far as the file says. */
  readonly lossy: boolean;
  /** Overlay planes: a layer of their own, never drawn into what is decoded. */
  readonly overlays: number;
  /** Stored values that mean "no data". */
  readonly padding: PixelPadding | null;
}

/** What a file says of one of its frames, without a name, date or id of a patient. */
export interface ImageFacts {
  /** UID of DICOM's transfer syntax; null for other formats. */
  readonly transferSyntax: string | null;
  /** UID of a SOP class of the standard's; null for others, and other formats. */
  readonly sopClass: string | null;
  /** What the picture is for: anything but 'image' says something about another image and is no input of a head. */
  readonly kind: string;
  /** DICOM's code, such as CT; null where the file does not say. */
  readonly modality: string | null;
  /** DICOM's term, such as CHEST; null where the file has none or another word. */
  readonly bodyPart: string | null;
  readonly samples: number;
  /** In DICOM's words, such as MONOCHROME2 or RGB. */
  readonly photometric: string;
  readonly bitsStored: number;
  readonly signed: boolean;
  readonly spacing: PixelSpacing | null;
  /** The file's own, in values after the modality LUT; the first is the usual one. */
  readonly windows: readonly DisplayWindow[];
  readonly flags: FileFlags;
  readonly geometry: FramePlace | null;
  /** Of a file that is a volume. */
  readonly grid?: VoxelGrid;
}
