/** Memory that decoding takes at this moment, over all images of a process. */
export interface DecodeLedger {
  readonly usedBytes: number;
  /**
   * Runs `work` once `bytes` fit beside what others use, first come, first served; what needs more than `maxBytes` runs
   * alone. Rejects with the signal's reason if it aborts while the work waits.
   */
  use<T>(bytes: number, maxBytes: number, work: () => Promise<T>, signal?: AbortSignal): Promise<T>;
}

interface Waiting {
  readonly bytes: number;
  readonly maxBytes: number;
  readonly begin: () => void;
}

export function createDecodeLedger(): DecodeLedger {
  const waiting: Waiting[] = [];
  let usedBytes = 0;

  const fits = ({ bytes, maxBytes }: Waiting): boolean => usedBytes === 0 || usedBytes + bytes <= maxBytes;

  function pump(): void {
    while (waiting[0] && fits(waiting[0])) {
      const next = waiting.shift()!;
      usedBytes += next.bytes;
      next.begin();
    }
  }

  function enter(bytes: number, maxBytes: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        const place = waiting.indexOf(entry);
        if (place < 0) return;
        waiting.splice(place, 1);
        reject(signal!.reason as Error);
        pump(); // a large one may have held up those behind it
      };
      const begin = (): void => {
        signal?.removeEventListener('abort', leave);
        resolve();
      };
      const entry: Waiting = { bytes, maxBytes, begin };
      waiting.push(entry);
      signal?.addEventListener('abort', leave, { once: true });
      pump();
    });
  }

  return {
    get usedBytes() {
      return usedBytes;
    },
    async use(bytes, maxBytes, work, signal) {
      signal?.throwIfAborted();
      await enter(bytes, maxBytes, signal);
      try {
        return await work();
      } finally {
        usedBytes -= bytes;
        pump();
      }
    },
  };
}
