import { collectGarbageAfter } from '../../host/collect-garbage.js';

/** Pixels of so many bytes are worth the 10 to 50 ms that a collection of the heap takes. */
const LARGE_BYTES = 32 * 2 ** 20;

/**
 * Long enough for whoever had them to have let go, and for one collection to do for several images that follow one
 * another.
 */
const AFTER_MS = 1000;

let cancel: (() => void) | undefined;

/**
 * Has V8 give back the memory of pixels that nobody holds any more, soon and if they are large: a process that has
 * nothing else to do would keep them, 150 MB of the largest image, until it is busy again.
 */
export function giveBackPixels(bytes: number): void {
  if (bytes < LARGE_BYTES) return;
  cancel?.();
  cancel = collectGarbageAfter(AFTER_MS);
}
