import type { LRUCache } from 'lru-cache';
import type { Asker } from '../caller-turns.js';

interface Running<T> {
  readonly result: Promise<T>;
  readonly controller: AbortController;
  waiting: number;
}

/**
 * A cache of readings. What one caller asks for several times at once is read once; the reading is aborted when no
 * request waits for it any more.
 */
export class SharedReads<T extends object> {
  readonly #running = new Map<string, Running<T>>();

  constructor(private readonly kept: LRUCache<string, T>) {}

  /** Rejects with what `read` rejects with, or at once with the signal's reason. */
  async get(key: string, { caller, signal }: Asker, read: (asker: Asker) => Promise<T>): Promise<T> {
    const known = this.kept.get(key);
    if (known) return known;
    const ownKey = `${caller} ${key}`;
    const running = this.#running.get(ownKey) ?? this.#start(ownKey, key, caller, read);
    running.waiting += 1;
    let leave: () => void = () => undefined;
    const left = new Promise<never>((_, reject) => (leave = () => reject(signal?.reason as Error)));
    if (signal?.aborted) leave();
    signal?.addEventListener('abort', leave, { once: true });
    try {
      return await Promise.race([running.result, left]);
    } finally {
      signal?.removeEventListener('abort', leave);
      running.waiting -= 1;
      if (running.waiting === 0) {
        this.#forget(ownKey, running);
        running.controller.abort();
      }
    }
  }

  #start(ownKey: string, key: string, caller: string, read: (asker: Asker) => Promise<T>): Running<T> {
    const controller = new AbortController();
    const result = read({ caller, signal: controller.signal }).then((value) => {
      this.kept.set(key, value);
      return value;
    });
    const running = { result, controller, waiting: 0 };
    this.#running.set(ownKey, running);
    result.then(
      () => this.#forget(ownKey, running),
      () => this.#forget(ownKey, running),
    );
    return running;
  }

  #forget(ownKey: string, running: Running<T>): void {
    if (this.#running.get(ownKey) === running) this.#running.delete(ownKey);
  }
}
