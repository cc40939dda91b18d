import type { ImageFormat } from '@medzoo/core';

/** An uploaded image by its content; width and height are as a person sees it, EXIF orientation applied. */
export interface StoredImage {
  /** SHA-256 of the file's bytes, in hexadecimal. */
  readonly id: string;
  readonly width: number;
  readonly height: number;
  readonly bytes: number;
  readonly format: ImageFormat;
}

export function mediaTypeOf({ format }: Pick<StoredImage, 'format'>): string {
  return `image/${format}`;
}

/** A file's name holds all that is known about its image, so the folder needs no index beside it. */
export function fileNameOf({ id, width, height, format }: Omit<StoredImage, 'bytes'>): string {
  return `${id}-${width}x${height}.${format}`;
}

/** The inverse of `fileNameOf`; undefined for a file of another origin. */
export function parseFileName(name: string): Omit<StoredImage, 'bytes'> | undefined {
  const [, id, width, height, format] = /^([0-9a-f]{64})-(\d+)x(\d+)\.(png|jpeg|webp|tiff)$/.exec(name) ?? [];
  if (id === undefined) return undefined;
  return { id, width: Number(width), height: Number(height), format: format as ImageFormat };
}
