import type {
  Answer,
  ImageMask,
  ModelIdentity,
  PixelSize,
  Provenance,
  SegmentationAnswer,
} from '@medzoo/core/contract';
import { invalidParam } from './refuse.js';
import type { DicomSource } from './source/dicom-source.js';

/** What one head said about one image: `value` and `provenance` of an outcome that is `ok`. */
export interface Answered<A extends Answer = SegmentationAnswer> {
  readonly value: A;
  readonly provenance: Provenance;
}

/** What one head said about one frame of a DICOM file: `{ source, frame, ...outcome }`. */
export interface AnsweredFrame<A extends Answer = SegmentationAnswer> extends Answered<A> {
  /** What `readDicomSource` made of the file. */
  readonly source: DicomSource;
  /** From 0, as everywhere in medzoo; 0 if left out. DICOM counts from 1. */
  readonly frame?: number;
  /** For measurements in millimetres where the file's geometry does not say it, as in ultrasound. */
  readonly pixelSize?: PixelSize;
}

/** One head answered them all: an object names one algorithm. Throws INVALID_PARAM otherwise, or if there are none. */
export function takeHead(answers: readonly Pick<Answered, 'provenance'>[]): ModelIdentity {
  const [first] = answers;
  if (!first) throw invalidParam('At least one answer is needed to write a file; got none.');
  const fault = findOtherHead(
    first.provenance,
    answers.map(({ provenance }) => provenance),
  );
  if (fault !== undefined) throw invalidParam(fault);
  return first.provenance.head;
}

/**
 * As `takeHead`, for a file that names the encoder's weights once for all of its answers: they have to be of one file
 * of it too.
 */
export function takeHeadAndEncoder(answers: readonly Pick<Answered, 'provenance'>[]): ModelIdentity {
  const head = takeHead(answers);
  const { encoder, encoderPrecision } = answers[0]!.provenance;
  const other = answers.find(({ provenance }) => provenance.encoder.sha256 !== encoder.sha256)?.provenance;
  if (!other) return head;
  throw invalidParam(
    `One file holds answers from the embeddings of one file of weights; got those of ${encoder.id} in ` +
      `${encoderPrecision} and of ${other.encoder.id} in ${other.encoderPrecision}. ${ONE_FILE}`,
  );
}

const ONE_FILE = "Ask again on one execution provider, or with precision: 'reference'.";

/** The head that answered, and in which precision. */
export type RanHead = Pick<Provenance, 'head' | 'headPrecision'>;

/**
 * Whether other weights answered too, in words for a caller. Those of two files of one head do not go into one file
 * either: it names the digest of one.
 */
export function findOtherHead({ head, headPrecision }: RanHead, all: readonly RanHead[]): string | undefined {
  const other = all.find((ran) => ran.head.sha256 !== head.sha256 || ran.head.id !== head.id);
  if (!other) return undefined;
  if (other.head.id !== head.id || other.headPrecision === headPrecision) {
    return `One file holds the answers of one head; got ${head.id} and ${other.head.id}. Write a file for each head.`;
  }
  return (
    `One file holds the answers of one file of weights; got those of ${head.id} in ${headPrecision} and in ` +
    `${other.headPrecision}. ${ONE_FILE}`
  );
}

/** Every label of the answers once, in the order in which they come. */
export function labelsOf(answers: readonly Answered[]): string[] {
  return [...new Set(answers.flatMap(({ value }) => value.masks.map(({ label }) => label)))];
}

/** The masks as they are; throws INVALID_PARAM if one has another size than its image or a label comes twice. */
export function checkMasks({ value, source, frame = 0 }: AnsweredFrame): readonly ImageMask[] {
  const { width, height } = source.size;
  const seen = new Set<string>();
  for (const { label, rle } of value.masks) {
    if (rle.size.width !== width || rle.size.height !== height) {
      throw invalidParam(
        `The mask of ${label} has ${rle.size.width} x ${rle.size.height} pixels and its DICOM frame ${width} x ${height}. ` +
          'Masks must be in the stored pixels of the file that they are about.',
      );
    }
    if (seen.has(label)) throw invalidParam(`Frame ${frame} has two masks of ${label}; each label comes once.`);
    seen.add(label);
  }
  return value.masks;
}
