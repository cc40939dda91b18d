/** An uploaded image by its content; width and height are as a person sees it, EXIF orientation applied. */
export interface StoredImage {
  /** SHA-256 of the file's bytes, in hexadecimal. */
  readonly id: string;
  readonly width: number;
  readonly height: number;
  readonly bytes: number;
  /** Such as 'png' or 'dicom'. */
  readonly format: string;
  /** Pages or frames that the file has, and the one whose size this is: it is analysed if no other is asked for. */
  readonly frames: number;
  readonly frame: number;
}

/** The format of a stored list of images. */
export const SERIES_FORMAT = 'series';

const MEDIA_TYPES: Readonly<Record<string, string>> = {
  png: 'image/png',
  jpeg: 'image/jpeg',
  webp: 'image/webp',
  tiff: 'image/tiff',
  bmp: 'image/bmp',
  pgm: 'image/x-portable-graymap',
  ppm: 'image/x-portable-pixmap',
  dicom: 'application/dicom',
  jpeg2000: 'image/jp2',
  'jpeg-ls': 'image/jls',
};

export function mediaTypeOf({ format }: Pick<StoredImage, 'format'>): string {
  return MEDIA_TYPES[format] ?? 'application/octet-stream';
}

/** A file's name holds all that is known about its image, so the folder needs no index beside it. */
export function fileNameOf({ id, width, height, format, frames, frame }: Omit<StoredImage, 'bytes'>): string {
  const which = frames > 1 ? `-frame${frame}of${frames}` : '';
  return `${id}-${width}x${height}${which}.${format}`;
}

const FILE_NAME = /^([0-9a-f]{64})-(\d+)x(\d+)(?:-frame(\d+)of(\d+))?\.([a-z0-9][a-z0-9-]{1,15})$/;

/** The inverse of `fileNameOf`; undefined for a file of another origin. */
export function parseFileName(name: string): Omit<StoredImage, 'bytes'> | undefined {
  const [, id, width, height, frame = '0', frames = '1', format] = FILE_NAME.exec(name) ?? [];
  if (id === undefined) return undefined;
  const size = { width: Number(width), height: Number(height) };
  return { id, ...size, format: format!, frames: Number(frames), frame: Number(frame) };
}
