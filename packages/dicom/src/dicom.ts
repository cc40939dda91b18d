import { completeLimits, parseWindowRule, type WindowRule } from '@medzoo/core/contract';
import { createStreamDecoder } from './codecs/decode-stream.js';
import { createThreadedDecoder, type CodecThreadLimits } from './codecs/threaded-decoder.js';
import { describeFile, type DicomDescription } from './describe/describe-file.js';
import { readImageHeader, type ImageHeader } from './describe/image-header.js';
import { DICOM_LIMITS, type DicomLimits } from './limits.js';
import type { ParsedFile } from './parse/data-set.js';
import { parseFile } from './parse/parse-file.js';
import { sniffDicom } from './parse/sniff-dicom.js';
import { decodeStoredFrame, type StoredFrame } from './pixels/decode-stored.js';
import { checkFrame, unsupported } from './refuse.js';
import { findSeriesKey } from './series/series-key.js';
import { showFrame, type ShownFrame } from './view/show-frame.js';

export interface FrameOptions {
  /** Counted from 0. Default 0. */
  readonly frame?: number;
  /** Tightens or loosens the decoder's own limits for this call. */
  readonly limits?: Partial<DicomLimits>;
}

export interface ShowOptions extends FrameOptions {
  /** Whom the pixels are for: a head takes no picture that only describes another image. Default 'person'. */
  readonly purpose?: 'head' | 'person';
  /**
   * Default: the file's own window; without one a person sees smallest to largest value and a head the modality's usual
   * window.
   */
  readonly window?: WindowRule;
}

/** Pixels with all that was assumed on the way. */
export interface DecodedFrame extends ShownFrame {
  readonly frame: number;
  readonly description: DicomDescription;
}

/**
 * Reads DICOM files. One decoder serves a process: it holds the codecs, which are loaded with the first file that needs
 * them.
 */
export interface DicomDecoder {
  readonly format: 'dicom';
  /** By the first bytes; also files without preamble or meta group. */
  sniff(bytes: Uint8Array): boolean;
  /** What is in the file, without decoding pixels. */
  describe(bytes: Uint8Array, options?: FrameOptions): DicomDescription;
  /** The same for each frame of a multi-frame file, for `orderSeries`. */
  describeFrames(bytes: Uint8Array, options?: Omit<FrameOptions, 'frame'>): readonly DicomDescription[];
  /**
   * Which series the file is of: equal for files that belong together, null where it does not say. Print it nowhere.
   */
  seriesKey(bytes: Uint8Array, options?: Omit<FrameOptions, 'frame'>): string | null;
  /** The values of one frame as they are stored. */
  decodeStored(bytes: Uint8Array, options?: FrameOptions): Promise<StoredFrame>;
  /** One frame in 8 bits, grey or RGB, as a head or a person should see it. */
  decodeFrame(bytes: Uint8Array, options?: ShowOptions): Promise<DecodedFrame>;
}

interface OpenFile {
  readonly file: ParsedFile;
  readonly header: ImageHeader;
  readonly limits: DicomLimits;
}

const DEFAULT_RULES = {
  person: { rule: 'file', otherwise: 'range' },
  head: { rule: 'file', otherwise: 'modality' },
} as const satisfies Record<string, WindowRule>;

/**
 * All methods throw UNSUPPORTED_FORMAT (with the name of what came), INVALID_IMAGE, IMAGE_TOO_LARGE or, for a frame or
 * window that cannot be, INVALID_PARAM. No message holds a text value of the file. The bytes of a file must not be
 * changed between calls.
 */
export function createDicomDecoder(
  options: { readonly limits?: Partial<DicomLimits>; readonly codecThread?: CodecThreadLimits } = {},
): DicomDecoder {
  const ownLimits = completeLimits(DICOM_LIMITS, options.limits);
  const streams = options.codecThread ? createThreadedDecoder(options.codecThread) : createStreamDecoder();
  // Walking over the frames of a file parses it once; what was parsed lives as long as the bytes that it came from.
  const parsed = new WeakMap<Uint8Array, OpenFile>();

  function open(bytes: Uint8Array, own?: Partial<DicomLimits>): OpenFile {
    const known = own ? undefined : parsed.get(bytes);
    if (known) return known;
    const limits = completeLimits(ownLimits, own);
    const file = parseFile(bytes, limits);
    const opened = { file, header: readImageHeader(file, limits), limits };
    if (!own) parsed.set(bytes, opened);
    return opened;
  }

  return {
    format: 'dicom',
    sniff: sniffDicom,
    describe(bytes, { frame = 0, limits } = {}) {
      const { file, header } = open(bytes, limits);
      return describeFile(file, header, frame);
    },
    describeFrames(bytes, { limits } = {}) {
      const { file, header } = open(bytes, limits);
      return Array.from({ length: header.frames }, (_, frame) => describeFile(file, header, frame));
    },
    seriesKey(bytes, { limits } = {}) {
      return findSeriesKey(open(bytes, limits).file.dataSet);
    },
    async decodeStored(bytes, { frame = 0, limits: own } = {}) {
      const { file, header, limits } = open(bytes, own);
      return decodeStoredFrame(file, header, frame, streams, limits);
    },
    async decodeFrame(bytes, { frame = 0, limits: own, purpose = 'person', window } = {}) {
      const rule = window === undefined ? DEFAULT_RULES[purpose] : parseWindowRule(window);
      const { file, header, limits } = open(bytes, own);
      checkFrame(frame, header.frames);
      if (purpose === 'head') checkIsImage(header);
      const stored = await decodeStoredFrame(file, header, frame, streams, limits);
      const shown = showFrame(file, header, stored, frame, rule);
      return { ...shown, frame, description: describeFile(file, header, frame) };
    },
  };
}

function checkIsImage({ kind, sopClass }: ImageHeader): void {
  if (kind === 'image') return;
  if (kind === 'whole slide') {
    throw unsupported('A whole slide is a mosaic of tiles, which heads do not read. Send a region of it as an image.', {
      kind,
    });
  }
  throw unsupported(
    `The file is of the kind "${kind}": it says something about another image and is no input of a head. ` +
      'Send that image.',
    {
      kind,
      ...(sopClass !== undefined && { sopClass }),
    },
  );
}
