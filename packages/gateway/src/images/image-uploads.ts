import { rm } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { describeImage, type Zoo, ZooError } from '@medzoo/core';
import { inject, injectable } from 'tsyringe';
import { IMAGES, SETTINGS, ZOO } from '../injection.js';
import type { GatewaySettings } from '../settings.js';
import type { ImageStore } from './image-store.js';
import { receiveUpload } from './receive-upload.js';
import type { StoredImage } from './stored-image.js';

/** Takes uploads in: what is large to disk, so that it costs no memory; then the header is read, then the image is stored. */
@injectable()
export class ImageUploads {
  #running = 0;

  constructor(
    @inject(IMAGES) private readonly images: ImageStore,
    @inject(SETTINGS) private readonly settings: GatewaySettings,
    @inject(ZOO) private readonly zoo: Zoo,
  ) {}

  /** Rejects with what is wrong with the image, or BUSY. */
  async receive(body: Readable): Promise<{ readonly image: StoredImage; readonly isNew: boolean }> {
    if (this.#running >= this.settings.maxUploadsAtOnce) throw tooManyUploads(this.#running);
    this.#running += 1;
    const path = this.images.newUploadPath();
    try {
      const { maxImageBytes, maxStoredBytes } = this.settings;
      const { sha256, bytes, content } = await receiveUpload(body, path, Math.min(maxImageBytes, maxStoredBytes));
      const known = this.images.find(sha256);
      const image = known ?? { id: sha256, bytes, ...(await describeImage(content ?? path, this.zoo.limits)) };
      return { image, ...(await this.images.add(path, image, content)) };
    } catch (error) {
      await rm(path, { force: true });
      throw error;
    } finally {
      this.#running -= 1;
    }
  }
}

function tooManyUploads(running: number): ZooError {
  return new ZooError('BUSY', `${running} uploads are running, as many as may. Send the image again in a second.`, {
    details: { running },
  });
}
