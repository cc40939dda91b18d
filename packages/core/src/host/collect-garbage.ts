import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/**
 * What the first collection let go may have held more, such as what sharp allocated for an image. And V8 gives back the
 * 32 MB in which objects begin their lives only where little was allocated for 5 s.
 */
const AGAIN_AFTER_MS = [200, 6000];

let collect: (() => void) | undefined;

/**
 * Has V8 collect its whole heap when so much time has passed, and give the memory back; each collection takes 10 to 50
 * ms. V8 does this by itself only when more is allocated: a process that has nothing to do would keep its garbage.
 * Returns what cancels it.
 */
export function collectGarbageAfter(ms: number): () => void {
  const timers = [0, ...AGAIN_AFTER_MS].map((later) => setTimeout(collectGarbage, ms + later).unref());
  return () => timers.forEach((timer) => clearTimeout(timer));
}

function collectGarbage(): void {
  if (!collect) {
    setFlagsFromString('--expose-gc');
    collect = (runInNewContext('globalThis.gc') as (() => void) | undefined) ?? (() => undefined); // Bun has no V8
  }
  collect();
}
