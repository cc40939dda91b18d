import { sayReason } from '../answers/say-reason.js';
import { isRecord } from './fault.js';

/** An image as the gateway knows it; width and height as a person sees it. */
export interface UploadedImage {
  readonly id: string;
  readonly width: number;
  readonly height: number;
  readonly mediaType: string;
  /** Of a file that has several. */
  readonly frames?: number;
  readonly frame?: number;
}

/** What is looked at as a whole: an image, or the images of a series, one for each frame. */
export interface UploadedPart {
  readonly images: readonly UploadedImage[];
  /** What the gateway knows the series by. */
  readonly seriesId: string | null;
  /** Why a series is no volume. */
  readonly notVolume: string | null;
}

/** What came of an upload. */
export interface Upload {
  /** One for a file; of a ZIP each series, and then each image of none. */
  readonly parts: readonly [UploadedPart, ...UploadedPart[]];
  /** Files of a ZIP that are not among them: no medical image, or refused, by the code of the error. */
  readonly passedOver: number;
  readonly refused: Readonly<Record<string, number>>;
}

/** The gateway's answer to an upload; undefined for what is none. */
export function readUpload(reply: unknown): Upload | undefined {
  if (isUploaded(reply)) {
    return { parts: [{ images: [reply], seriesId: null, notVolume: null }], passedOver: 0, refused: {} };
  }
  if (!isRecord(reply) || !Array.isArray(reply.images) || !Array.isArray(reply.series)) return undefined;
  const images = new Map(reply.images.filter(isUploaded).map((image) => [image.id, image]));
  const series = (reply.series as readonly SeriesReply[]).map(({ id, images: ids, reason }) => ({
    images: ids.flatMap((member) => images.get(member) ?? []),
    ...{ seriesId: id, notVolume: reason },
  }));
  for (const { images: members } of series) for (const { id } of members) images.delete(id);
  const lone = [...images.values()].map((image) => ({ images: [image], seriesId: null, notVolume: null }));
  const [first, ...others] = [...series.filter(({ images: members }) => members.length > 0), ...lone];
  if (!first) return undefined;
  return {
    parts: [first, ...others],
    passedOver: Number(reply.passedOver ?? 0),
    refused: (reply.refused ?? {}) as Readonly<Record<string, number>>,
  };
}

interface SeriesReply {
  readonly id: string | null;
  readonly images: readonly string[];
  readonly reason: string | null;
}

/** The name of a part in a list of all, such as "2: series of 14 pictures, 512 × 512 px". */
export function namePart({ images }: UploadedPart, index: number): string {
  const { width, height, frames = 1 } = images[0]!;
  const count = images.length > 1 ? images.length : frames;
  const kind = images.length > 1 ? 'series' : 'file';
  const what = count > 1 ? `${kind} of ${count} pictures` : 'picture';
  return `${index + 1}: ${what}, ${width} × ${height} px`;
}

/** What a person should know of an upload beside what is shown, each in a sentence. */
export function describeUpload({ passedOver, refused }: Upload, { notVolume }: UploadedPart): readonly string[] {
  const codes = Object.keys(refused);
  const refusals = Object.values(refused).reduce((sum, count) => sum + count, 0);
  return [
    ...(passedOver === 1 ? ['Passed over in the ZIP: 1 file that holds no medical image.'] : []),
    ...(passedOver > 1 ? [`Passed over in the ZIP: ${passedOver} files that hold no medical image.`] : []),
    ...(refusals > 0
      ? [`Refused in the ZIP: ${refusals} ${refusals === 1 ? 'file' : 'files'} (${codes.join(', ')}).`]
      : []),
    ...(notVolume === null ? [] : [`These pictures make no volume: ${sayReason(notVolume)}`]),
  ];
}

function isUploaded(reply: unknown): reply is UploadedImage {
  return isRecord(reply) && typeof reply.id === 'string' && Number(reply.width) > 0 && Number(reply.height) > 0;
}
