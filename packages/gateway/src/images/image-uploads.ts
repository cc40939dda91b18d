import { rm } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { describeImage, type ImageDescription, type Zoo } from '@medzoo/core';
import { inject, injectable } from 'tsyringe';
import type { Principal } from '../http/principal-of.js';
import { IMAGES, SETTINGS, ZOO } from '../injection.js';
import type { GatewaySettings } from '../settings.js';
import type { ImageStore } from './image-store.js';
import { receiveUpload } from './receive-upload.js';
import type { StoredImage } from './stored-image.js';
import { UploadPlaces } from './upload-places.js';

/** Takes uploads in: what is large to disk, so that it costs no memory; then the header is read, then the image is stored. */
@injectable()
export class ImageUploads {
  constructor(
    @inject(IMAGES) private readonly images: ImageStore,
    @inject(SETTINGS) private readonly settings: GatewaySettings,
    @inject(ZOO) private readonly zoo: Zoo,
    @inject(UploadPlaces) private readonly places: UploadPlaces,
  ) {}

  /** Rejects with what is wrong with the image, or BUSY. */
  receive(body: Readable, principal: Principal): Promise<{ readonly image: StoredImage; readonly isNew: boolean }> {
    return this.places.with(principal.id, async () => {
      const path = this.images.newUploadPath();
      try {
        const { maxImageBytes, maxStoredBytes } = this.settings;
        const { sha256, bytes, content } = await receiveUpload(body, path, Math.min(maxImageBytes, maxStoredBytes));
        const image = this.images.find(sha256) ?? {
          id: sha256,
          bytes,
          ...toStored(await describeImage(content ?? path, this.zoo.limits)),
        };
        return { image, ...(await this.images.add(path, image, content)) };
      } catch (error) {
        await rm(path, { force: true });
        throw error;
      }
    });
  }
}

function toStored({ width, height, format, frames, frame }: ImageDescription): Omit<StoredImage, 'id' | 'bytes'> {
  return { width, height, format, frames, frame };
}
