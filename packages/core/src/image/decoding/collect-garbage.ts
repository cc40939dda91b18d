import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Pixels of so many bytes are worth the 10 to 50 ms that a collection of the heap takes. */
const LARGE_BYTES = 32 * 2 ** 20;

/**
 * Long enough for whoever had them to have let go, and for one collection to do for several images that follow one
 * another.
 */
const AFTER_MS = 1000;
const AGAIN_AFTER_MS = 200;

let collect: (() => void) | undefined;
let timer: NodeJS.Timeout | undefined;

/**
 * Has V8 give back the memory of pixels that nobody holds any more, soon and if they are large: a process that has
 * nothing else to do would keep them, 150 MB of the largest image, until it is busy again.
 */
export function giveBackPixels(bytes: number): void {
  if (bytes < LARGE_BYTES) return;
  clearTimeout(timer);
  timer = setTimeout(collectGarbage, AFTER_MS).unref();
}

function collectGarbage(): void {
  if (!collect) {
    setFlagsFromString('--expose-gc');
    collect = runInNewContext('gc') as () => void;
  }
  collect(); // finds what nobody holds; the second one frees what sharp allocated of it
  setTimeout(collect, AGAIN_AFTER_MS).unref();
}
