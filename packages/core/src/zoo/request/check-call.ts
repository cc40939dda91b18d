import type { HeadDescription } from '../../contract/index.js';
import { readGiven } from '../../contract/params/read-given.js';
import type { WatchedOptions } from '../../sessions/scheduling/device-scheduler.js';
import { checkAnalyzeOptions } from './check-analyze-options.js';
import { checkRequests, type AskedHead } from './check-requests.js';
import { checkBytes } from './identify-image.js';

/** A call to `analyze` that was checked, in data of its own. */
export interface CheckedCall<H extends HeadDescription> {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly asked: readonly AskedHead<H>[];
  readonly options: WatchedOptions;
}

/**
 * Checks what `analyze` was given, which may be anything, and takes a copy of it before anything is awaited: a caller may go on to fill
 * the same buffer with the next image, and the answer has to belong to the bytes that were hashed. 5 MB are copied in about a
 * millisecond. Throws UNKNOWN_HEAD, INVALID_PARAM or INVALID_IMAGE.
 */
export function checkCall<H extends HeadDescription>(
  heads: readonly H[],
  [bytes, requests, options]: readonly [bytes: unknown, requests: unknown, options?: unknown],
): CheckedCall<H> {
  const asked = checkRequests(heads, requests);
  checkBytes(bytes);
  const checked = checkAnalyzeOptions(options);
  return { asked, options: checked, bytes: copyBytes(bytes) };
}

/** Also of a view into shared memory, or one whose buffer may be resized. */
function copyBytes(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return readGiven('The image', () => new Uint8Array(bytes), 'INVALID_IMAGE');
}
