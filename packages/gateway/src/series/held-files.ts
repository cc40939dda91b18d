import type { ImageSource } from '@medzoo/core';
import type { StoredImage } from '../images/stored-image.js';

interface Held {
  source?: Promise<ImageSource>;
  users: number;
}

/**
 * Files while somebody uses them: an analysis of a series reads and verifies a file of many frames once, not once for
 * each frame, and has it in memory once, as long as any of its frames is asked about.
 */
export class HeldFiles {
  readonly #held = new Map<string, Held>();

  constructor(private readonly read: (image: StoredImage) => Promise<ImageSource>) {}

  /** `work` reads the file when it needs it, and has let it go when it ends; rejects with what `work` rejects with. */
  async use<T>(image: StoredImage, work: (read: () => Promise<ImageSource>) => Promise<T>): Promise<T> {
    const held = this.#held.get(image.id) ?? { users: 0 };
    this.#held.set(image.id, held);
    held.users += 1;
    try {
      return await work(() => (held.source ??= this.read(image)));
    } finally {
      held.users -= 1;
      if (held.users === 0) this.#held.delete(image.id);
    }
  }
}
