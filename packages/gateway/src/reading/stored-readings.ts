import { type Answer, type HeadDescription, imageKey, type ImageView, type Provenance, type Zoo } from '@medzoo/core';
import type { ExportFormat } from '@medzoo/export';
import { LRUCache } from 'lru-cache';
import { inject, injectable } from 'tsyringe';
import type { Asker } from '../caller-turns.js';
import type { ImageStore } from '../images/image-store.js';
import type { StoredImage } from '../images/stored-image.js';
import { IMAGES, ZOO } from '../injection.js';
import { ImageReader } from './image-reader.js';
import type { ExportedFile, ReadDescription, ReaderAnswers, ReaderRequest } from './reader-requests.js';
import { SharedReads } from './shared-reads.js';

const MOST_DESCRIPTION_BYTES = 32 * 2 ** 20;
const MOST_PREVIEW_BYTES = 64 * 2 ** 20;

export interface ExportOf {
  readonly image: StoredImage;
  readonly view: ImageView;
  readonly format: ExportFormat;
  readonly head: HeadDescription;
  readonly value: Answer;
  readonly provenance: Provenance;
}

/**
 * What stored images say of themselves, how they look, and files made of answers about them. The same is asked of a
 * file once.
 */
@injectable()
export class StoredReadings {
  readonly #descriptions = new SharedReads<ReadDescription>(
    new LRUCache({
      maxSize: MOST_DESCRIPTION_BYTES,
      sizeCalculation: (description) => 2 * JSON.stringify(description).length, // JavaScript has two bytes a character
    }),
  );
  readonly #previews = new SharedReads<Uint8Array>(
    new LRUCache({ maxSize: MOST_PREVIEW_BYTES, sizeCalculation: ({ length }) => Math.max(1, length) }),
  );

  constructor(
    @inject(IMAGES) private readonly images: ImageStore,
    @inject(ZOO) private readonly zoo: Zoo,
    @inject(ImageReader) private readonly reader: ImageReader,
  ) {}

  /** Rejects with INVALID_PARAM for a frame that is not there, BUSY, or IMAGE_NOT_FOUND. */
  describe(image: StoredImage, frame: number, asker: Asker): Promise<ReadDescription> {
    const { limits } = this.zoo;
    return this.#descriptions.get(`${image.id} ${frame}`, asker, (by) =>
      this.#ask(image, by, (path) => ({ type: 'describe', path, limits, frame })),
    );
  }

  /**
   * A PNG of the frame as a person sees it; rejects as `describe`, and with what is wrong with the window or the
   * pixels.
   */
  preview(image: StoredImage, view: ImageView, asker: Asker): Promise<Uint8Array> {
    const { limits } = this.zoo;
    return this.#previews.get(imageKey(image.id, view), asker, (by) =>
      this.#ask(image, by, (path) => ({ type: 'preview', path, view, limits })),
    );
  }

  /** Rejects with why the answer cannot become such a file. */
  export({ image, head, ...request }: ExportOf, asker: Asker): Promise<ExportedFile> {
    const { limits } = this.zoo;
    const { manifest, trained } = head;
    const { concepts, labels } = trained;
    const about = { manifest, trained: { labels, ...(concepts && { concepts }) } };
    return this.#ask(image, asker, (path) => ({ type: 'export', path, limits, head: about, ...request }));
  }

  /** The file is checked when its turn comes, so that little time is left in which it may be deleted. */
  async #ask<R extends ReaderRequest>(
    image: StoredImage,
    asker: Asker,
    request: (path: string) => R,
  ): Promise<ReaderAnswers[R['type']]> {
    try {
      return await this.reader.ask(async () => request(await this.images.toLocalFile(image, asker)), asker);
    } catch (error) {
      throw this.images.toFault(image, error);
    }
  }
}
