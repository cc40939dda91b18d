import { rm, writeFile } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { describeImage, type ImageDescription, type Zoo, ZooError } from '@medzoo/core';
import { inject, injectable } from 'tsyringe';
import type { Principal } from '../http/principal-of.js';
import { IMAGES, SETTINGS, ZOO } from '../injection.js';
import type { GatewaySettings } from '../settings.js';
import type { ImageStore } from './image-store.js';
import { kindOfFile } from './kind-of-file.js';
import { MedicalFiles } from './medical-files.js';
import { readStart } from './read-start.js';
import { receiveUpload, type ReceivedFile } from './receive-upload.js';
import type { StoredImage } from './stored-image.js';
import { UploadPlaces } from './upload-places.js';
import { type ReceivedArchive, ZippedImages } from './zipped-images.js';

export interface ReceivedUpload {
  readonly image: StoredImage;
  readonly isNew: boolean;
}

/**
 * Takes uploads in: what is large to disk, so that it costs no memory; then the header is read, then the image is
 * stored.
 */
@injectable()
export class ImageUploads {
  constructor(
    @inject(IMAGES) private readonly images: ImageStore,
    @inject(SETTINGS) private readonly settings: GatewaySettings,
    @inject(ZOO) private readonly zoo: Zoo,
    @inject(UploadPlaces) private readonly places: UploadPlaces,
    @inject(MedicalFiles) private readonly medical: MedicalFiles,
    @inject(ZippedImages) private readonly zipped: ZippedImages,
  ) {}

  /** Rejects with what is wrong with the image, or BUSY. */
  async receive(body: Readable, principal: Principal): Promise<ReceivedUpload> {
    const received = await this.receiveAny(body, principal);
    if ('image' in received) return received;
    const message = 'A ZIP of several images is sent to POST /images, and answers with all of them.';
    throw new ZooError('UNSUPPORTED_FORMAT', message, { details: { found: 'ZIP' } });
  }

  /** As `receive`; also of a ZIP, whose images are stored each. */
  receiveAny(body: Readable, principal: Principal): Promise<ReceivedUpload | ReceivedArchive> {
    return this.places.with(principal.id, async () => {
      const path = this.images.newUploadPath();
      try {
        const { maxImageBytes, maxStoredBytes } = this.settings;
        const received = await receiveUpload(body, path, Math.min(maxImageBytes, maxStoredBytes));
        const kind = kindOfFile(received.content ?? (await readStart(path)));
        if (kind === 'raster') return await this.#addRaster(path, received);
        if (received.content) await writeFile(path, received.content, { flag: 'wx', mode: 0o600 });
        if (kind === 'medical') return await this.medical.add(path, received);
        return await this.zipped.add(path).finally(() => rm(path, { force: true }));
      } catch (error) {
        await rm(path, { force: true });
        throw error;
      }
    });
  }

  async #addRaster(path: string, { sha256, bytes, content }: ReceivedFile): Promise<ReceivedUpload> {
    const image = this.images.find(sha256) ?? {
      id: sha256,
      bytes,
      ...toStored(await describeImage(content ?? path, this.zoo.limits)),
    };
    return { image, ...(await this.images.add(path, image, content)) };
  }
}

export function toStored({
  width,
  height,
  format,
  frames,
  frame,
}: ImageDescription): Omit<StoredImage, 'id' | 'bytes'> {
  return { width, height, format, frames, frame };
}
