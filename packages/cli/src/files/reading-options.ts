import { decodeImage, type DecodedImage, type HeadDescription, type ZooConfig } from '@medzoo/core';

/** What is read, and how much of it at most. A config has both. */
export interface ReadingOptions {
  readonly decoders: ZooConfig['decoders'];
  readonly limits: ZooConfig['limits'];
}

/** The pixels of an image as a zoo decodes them for a head. */
export function decodeForHead(
  bytes: Uint8Array,
  { encoder, trained }: HeadDescription,
  { decoders, limits }: ReadingOptions,
): Promise<DecodedImage> {
  const rule = trained.preprocess?.window ?? encoder.trained.preprocess.window;
  return decodeImage(bytes, limits, { decoders, rule, purpose: 'head' });
}
