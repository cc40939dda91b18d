import { ZooError } from '@medzoo/core';
import { LRUCache } from 'lru-cache';
import { inject, injectable } from 'tsyringe';
import type { StoredImage } from '../images/stored-image.js';
import { type HeadRequest, ImageAnalysis } from './image-analysis.js';
import type { LinkOptions } from './links.js';

export interface MaskPicture {
  readonly label: string;
  readonly png: Uint8Array;
}

/** Whose pictures. */
export interface Asked extends LinkOptions {
  readonly image: StoredImage;
  readonly request: HeadRequest;
  /** Whoever came first. */
  readonly caller: string;
}

/** Which of an answer's masks, of which view of its image. */
export interface Wanted extends LinkOptions, Pick<Asked, 'caller'> {
  readonly label: string;
}

const MAX_BYTES = 32 * 2 ** 20;
const KEPT_MS = 60_000;

/**
 * The masks of an answer as PNGs. A page shows them all at once, each by a link of its own, and the zoo makes them in
 * one go: so the links share one run, and what it made is kept for a minute. For the same reason a client that hangs up
 * does not abort it.
 */
@injectable()
export class MaskPictures {
  readonly #pictures = new LRUCache<string, readonly MaskPicture[], Asked>({
    maxSize: MAX_BYTES,
    sizeCalculation: (pictures) => pictures.reduce((bytes, { png }) => bytes + png.length, 1),
    ttl: KEPT_MS,
    fetchMethod: (_key, _stale, { context }) => this.#draw(context),
  });

  constructor(@inject(ImageAnalysis) private readonly analysis: ImageAnalysis) {}

  /**
   * `key` is the answer's. Rejects with the head's failure, or with INVALID_PARAM for a label that the answer does not
   * have.
   */
  async draw(key: string, label: string, asked: Asked): Promise<Uint8Array> {
    const pictures = await this.#pictures.forceFetch(key, { context: asked });
    const picture = pictures.find((one) => one.label === label);
    if (picture) return picture.png;
    const known = pictures.map((one) => one.label).join(', ') || 'none';
    throw new ZooError('INVALID_PARAM', `The answer has no mask "${label.slice(0, 100)}". It has ${known}.`);
  }

  async #draw({ image, request, view, outOfDomain = 'refuse', caller }: Asked): Promise<readonly MaskPicture[]> {
    const options = { encodings: ['png'], outOfDomain, caller, ...(view && { view }) } as const;
    const { masks } = await this.analysis.analyzeAs('segmentation', image, request, options);
    return masks.flatMap(({ label, png }) => (png ? [{ label, png }] : []));
  }
}
