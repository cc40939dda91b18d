import type { Answer, HeadDescription, ImageView, Provenance, Zoo } from '@medzoo/core';
import type { ExportFormat } from '@medzoo/export';
import { LRUCache } from 'lru-cache';
import { inject, injectable } from 'tsyringe';
import type { ImageStore } from '../images/image-store.js';
import type { StoredImage } from '../images/stored-image.js';
import { IMAGES, ZOO } from '../injection.js';
import { ImageReader } from './image-reader.js';
import type { ExportedFile, ReadDescription } from './reader-requests.js';

const MOST_DESCRIPTIONS = 10_000;
const MOST_PREVIEW_BYTES = 64 * 2 ** 20;

interface Of {
  readonly image: StoredImage;
  readonly view: ImageView;
}

export interface ExportOf extends Of {
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
  readonly #descriptions = new LRUCache<string, ReadDescription, Of>({
    max: MOST_DESCRIPTIONS,
    fetchMethod: (_key, _stale, { context }) => this.#describe(context),
  });
  readonly #previews = new LRUCache<string, Uint8Array, Of>({
    maxSize: MOST_PREVIEW_BYTES,
    sizeCalculation: ({ length }) => Math.max(1, length),
    fetchMethod: (_key, _stale, { context }) => this.#draw(context),
  });

  constructor(
    @inject(IMAGES) private readonly images: ImageStore,
    @inject(ZOO) private readonly zoo: Zoo,
    @inject(ImageReader) private readonly reader: ImageReader,
  ) {}

  /** Rejects with INVALID_PARAM for a frame that is not there, BUSY, or IMAGE_NOT_FOUND. */
  describe(image: StoredImage, frame: number = image.frame): Promise<ReadDescription> {
    return this.#descriptions.forceFetch(`${image.id} ${frame}`, { context: { image, view: { frame } } });
  }

  /**
   * A PNG of the frame as a person sees it; rejects as `describe`, and with what is wrong with the window or the
   * pixels.
   */
  preview(image: StoredImage, view: ImageView): Promise<Uint8Array> {
    return this.#previews.forceFetch(`${image.id} ${JSON.stringify(view)}`, { context: { image, view } });
  }

  /** Rejects with why the answer cannot become such a file. */
  async export({ image, head, ...request }: ExportOf, signal: AbortSignal): Promise<ExportedFile> {
    const path = await this.images.toLocalFile(image, signal);
    const { manifest, trained } = head;
    const { concepts, labels } = trained;
    const about = { manifest, trained: { labels, ...(concepts && { concepts }) } };
    return this.reader.ask({ type: 'export', path, limits: this.zoo.limits, head: about, ...request }, signal);
  }

  async #describe({ image, view: { frame } }: Of): Promise<ReadDescription> {
    const path = await this.images.toLocalFile(image);
    const which = frame === undefined ? {} : { frame };
    return this.reader.ask({ type: 'describe', path, limits: this.zoo.limits, ...which });
  }

  async #draw({ image, view }: Of): Promise<Uint8Array> {
    const path = await this.images.toLocalFile(image);
    return this.reader.ask({ type: 'preview', path, view, limits: this.zoo.limits });
  }
}
