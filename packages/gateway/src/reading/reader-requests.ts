import type {
  Answer,
  DecodeLimits,
  HeadDescription,
  ImageDescription,
  ImageView,
  Outcome,
  Provenance,
  ZooErrorData,
} from '@medzoo/core';
import type { OrderedSeries } from '@medzoo/dicom';
import type { ExportFormat } from '@medzoo/export';
import type { ImpossibleFormats } from './find-impossible.js';

/** What the reader is asked: plain data, files by their paths. */
export type ReaderRequest =
  | { readonly type: 'describe'; readonly path: string; readonly frame?: number; readonly limits: DecodeLimits }
  /** Writes the file at `path` without the patient's identity to `to`. */
  | { readonly type: 'deidentify'; readonly path: string; readonly to: string; readonly key: string }
  | { readonly type: 'preview'; readonly path: string; readonly view: ImageView; readonly limits: DecodeLimits }
  | ExportRequest
  | SeriesDescriptionRequest
  | SeriesExportRequest
  /** Writes the files of a ZIP into a folder that is there and empty, under names of its own. */
  | { readonly type: 'unzip'; readonly path: string; readonly folder: string; readonly limits: ZipLimits };

export interface ExportRequest {
  readonly type: 'export';
  readonly path: string;
  readonly view: ImageView;
  readonly limits: DecodeLimits;
  readonly format: ExportFormat;
  readonly head: Pick<HeadDescription, 'manifest'> & {
    readonly trained: Pick<HeadDescription['trained'], 'concepts' | 'labels'>;
  };
  readonly value: Answer;
  readonly provenance: Provenance;
}

export interface SeriesDescriptionRequest {
  readonly type: 'describe-series';
  readonly files: readonly { readonly path: string; readonly frames: readonly number[] }[];
  readonly limits: DecodeLimits;
}

/** What one head answered about a series. */
export interface SeriesExportRequest extends Pick<ExportRequest, 'limits' | 'format' | 'head'> {
  readonly type: 'export-series';
  readonly frames: readonly {
    readonly path: string;
    /** Of the image. */
    readonly id: string;
    readonly frame: number;
    readonly isOfSeveral: boolean;
    readonly outcome: SentOutcome;
  }[];
}

/** An error crosses between processes as its data. */
export type SentOutcome =
  | Extract<Outcome<Answer>, { readonly ok: true }>
  | { readonly ok: false; readonly error: ZooErrorData; readonly provenance?: Provenance };

export interface ZipLimits {
  readonly maxFiles: number;
  readonly maxFileBytes: number;
  readonly maxTotalBytes: number;
}

/** What a file says of itself, and what can be made of answers about it. */
export interface ReadDescription extends ImageDescription {
  /** Equal for the DICOM files of one series; null for others. */
  readonly series: string | null;
  readonly impossible: ImpossibleFormats;
}

/** Slices of one volume, or why they are none. */
export interface SeriesStack {
  /** Which of the series' frames. */
  readonly from: number;
  readonly count: number;
  readonly order: OrderedSeries;
}

export interface SeriesDescription {
  readonly modality: string | null;
  readonly stacks: readonly SeriesStack[];
  readonly impossible: ImpossibleFormats;
}

export interface ExportedFile {
  readonly content: Uint8Array;
  /** What the name of the file ends with. */
  readonly ending: string;
  readonly mediaType: string;
}

export interface ReaderAnswers {
  readonly describe: ReadDescription;
  readonly deidentify: { readonly sha256: string; readonly bytes: number };
  readonly preview: Uint8Array;
  readonly export: ExportedFile;
  readonly 'describe-series': SeriesDescription;
  readonly 'export-series': ExportedFile;
  readonly unzip: { readonly files: readonly string[] };
}

/** From the reader: one for each request, in their order. */
export type ReaderReply =
  | { readonly ok: true; readonly answer: ReaderAnswers[ReaderRequest['type']] }
  | {
      readonly ok: false;
      readonly error: ZooErrorData;
      /** The code of a system error, such as ENOSPC, for which the file is not to blame. */
      readonly errno?: string;
    };

/** What the reader's process sends: `isReady` once, when it has started, and then replies. */
export type ReaderMessage = { readonly isReady: true } | ReaderReply;
