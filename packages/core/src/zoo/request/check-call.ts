import type { HeadDescription, ImageSource } from '../../contract/index.js';
import { readGiven } from '../../contract/params/read-given.js';
import type { WatchedOptions } from '../../sessions/scheduling/device-scheduler.js';
import { checkAnalyzeOptions } from './check-analyze-options.js';
import { checkRequests, type AskedHead } from './check-requests.js';
import { checkBytes, computeSha256, isImageSource, knownImageSource } from '../../image/source/image-source.js';

/** Bytes of the call's own, and their digest if it is known. */
export interface GivenImage {
  readonly bytes: Uint8Array;
  readonly sha256: string | undefined;
}

/** A call to `analyze` that was checked, in data of its own. */
export interface CheckedCall<H extends HeadDescription> {
  readonly image: GivenImage;
  readonly asked: readonly AskedHead<H>[];
  readonly options: WatchedOptions;
}

/**
 * Checks what `analyze` was given, which may be anything, and takes a copy of it before anything is awaited: a caller
 * may go on to fill the same buffer with the next image, and the answer has to belong to the bytes that were hashed. 5
 * MB are copied in about a millisecond. A source of `createImageSource` is taken as it is. Throws UNKNOWN_HEAD,
 * INVALID_PARAM or INVALID_IMAGE.
 */
export function checkCall<H extends HeadDescription>(
  heads: readonly H[],
  [image, requests, options]: readonly [image: unknown, requests: unknown, options?: unknown],
): CheckedCall<H> {
  const asked = checkRequests(heads, requests);
  if (isImageSource(image)) {
    const checked = checkAnalyzeOptions(options);
    const view = checked.view ?? image.view;
    return { asked, options: { ...checked, view }, image };
  }
  checkBytes(image);
  const checked = checkAnalyzeOptions(options);
  return { asked, options: checked, image: { bytes: copyBytes(image), sha256: undefined } };
}

/** Hashes what nobody has hashed before. */
export async function toImageSource({ bytes, sha256 }: GivenImage, view?: ImageSource['view']): Promise<ImageSource> {
  return knownImageSource(bytes, sha256 ?? (await computeSha256(bytes)), view);
}

/** Also of a view into shared memory, or one whose buffer may be resized. */
function copyBytes(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return readGiven('The image', () => new Uint8Array(bytes), 'INVALID_IMAGE');
}
