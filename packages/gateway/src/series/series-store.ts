import { createHash } from 'node:crypto';
import { ZooError } from '@medzoo/core';
import { inject, injectable } from 'tsyringe';
import type { ImageStore } from '../images/image-store.js';
import { SERIES_FORMAT, type StoredImage } from '../images/stored-image.js';
import { IMAGES, SETTINGS } from '../injection.js';
import type { GatewaySettings } from '../settings.js';
import { type StoredSeries, toFrameSeries, toListSeries } from './stored-series.js';

/**
 * Series of stored images. A series of files is a list of their ids, named by its content as an image is: nothing that
 * the files say of their series is looked up, so that nobody finds the images of others by it.
 */
@injectable()
export class SeriesStore {
  constructor(
    @inject(IMAGES) private readonly images: ImageStore,
    @inject(SETTINGS) private readonly settings: GatewaySettings,
  ) {}

  /** Images of one picture each, in their order, as a series that is not stored yet. Throws INVALID_PARAM. */
  draft(images: readonly StoredImage[]): StoredSeries {
    if (images.length < 2) throw wrongImages('A series has at least two images.');
    if (new Set(images.map(({ id }) => id)).size < images.length) throw wrongImages('An image is in the list twice.');
    if (images.some(({ frames }) => frames > 1)) {
      throw wrongImages('A file of several frames is a series by itself: ask for `image(id).series`.');
    }
    this.#checkCount(images.length);
    return toListSeries(createHash('sha256').update(toList(images)).digest('hex'), images);
  }

  async add(series: StoredSeries): Promise<StoredSeries> {
    const images = series.frames.map(({ image }) => image);
    const content = Buffer.from(toList(images));
    const { width, height } = images[0]!;
    const list: StoredImage = {
      ...{ id: series.id, width, height, bytes: content.length },
      ...{ format: SERIES_FORMAT, frames: images.length, frame: 0 },
    };
    await this.images.add(await this.images.newUploadPath(), list, content);
    return series;
  }

  /** The frames of a file; undefined where it is one picture. */
  ofImage(image: StoredImage): StoredSeries | undefined {
    return toFrameSeries(image);
  }

  /** By the id of a list or of a file of several frames. Undefined for what is not kept, or has lost an image. */
  async find(id: string): Promise<StoredSeries | undefined> {
    const image = this.images.find(id);
    if (image) return toFrameSeries(image);
    const list = this.images.findSeries(id);
    if (!list) return undefined;
    const ids = (await this.#read(list))?.split('\n').slice(0, -1) ?? [];
    const images = ids.flatMap((one) => this.images.find(one) ?? []);
    if (images.length < list.frames) return undefined;
    return toListSeries(id, images);
  }

  /** As `find`; throws IMAGE_NOT_FOUND, or INVALID_PARAM for more frames than may be analysed. */
  async get(id: string): Promise<StoredSeries> {
    const series = await this.find(id);
    if (!series) {
      throw new ZooError(
        'IMAGE_NOT_FOUND',
        `There is no series "${id.slice(0, 64)}" (any more), or one of its images is gone. Upload its files again.`,
      );
    }
    this.check(series);
    return series;
  }

  /** Throws INVALID_PARAM for more frames than may be looked at as a whole. */
  check({ frameCount }: StoredSeries): void {
    this.#checkCount(frameCount);
  }

  async #read(list: StoredImage): Promise<string | undefined> {
    try {
      return Buffer.from((await this.images.read(list)).bytes).toString('latin1');
    } catch {
      return undefined; // deleted or changed since, which is as if it were not there
    }
  }

  #checkCount(frames: number): void {
    const { maxSeriesFrames } = this.settings;
    if (frames <= maxSeriesFrames) return;
    const message = `A series may have at most ${maxSeriesFrames} frames; this one has ${frames}. Ask in parts.`;
    throw new ZooError('INVALID_PARAM', message, { details: { unit: 'frames', limit: maxSeriesFrames } });
  }
}

function toList(images: readonly StoredImage[]): string {
  return images.map(({ id }) => `${id}\n`).join('');
}

function wrongImages(message: string): ZooError {
  return new ZooError('INVALID_PARAM', message, { details: { param: 'images' } });
}
