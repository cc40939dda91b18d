import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import type { Zoo } from '@medzoo/core';
import { inject, injectable } from 'tsyringe';
import { IMAGES, SETTINGS, ZOO } from '../injection.js';
import { type Asker, ImageReader } from '../reading/image-reader.js';
import type { ReadDescription } from '../reading/reader-requests.js';
import type { GatewaySettings } from '../settings.js';
import type { ImageStore } from './image-store.js';
import type { ReceivedFile } from './receive-upload.js';
import type { StoredImage } from './stored-image.js';

export interface AddedFile {
  readonly image: StoredImage;
  readonly isNew: boolean;
  readonly description: ReadDescription;
}

/** Takes in DICOM, NIfTI and MGH: without who the patient is, unless the gateway is told to keep that. */
@injectable()
export class MedicalFiles {
  /** Of this run of the gateway: equal files become equal ones, and nobody can tell which UID became which. */
  readonly #key = randomBytes(32).toString('hex');

  constructor(
    @inject(IMAGES) private readonly images: ImageStore,
    @inject(SETTINGS) private readonly settings: GatewaySettings,
    @inject(ZOO) private readonly zoo: Zoo,
    @inject(ImageReader) private readonly reader: ImageReader,
  ) {}

  /** Takes over the file at `path`. Rejects with what is wrong with it. */
  async add(path: string, received: Pick<ReceivedFile, 'sha256' | 'bytes'>, asker: Asker): Promise<AddedFile> {
    const { limits } = this.zoo;
    await this.reader.ask({ type: 'describe', path, limits }, asker); // refused before anything is made of it
    const kept = this.settings.keepIdentity ? { path, ...received } : await this.#deidentify(path, asker);
    try {
      const description = await this.reader.ask({ type: 'describe', path: kept.path, limits }, asker);
      const { width, height, format, frames, frame } = description;
      const image = { id: kept.sha256, bytes: kept.bytes, width, height, format, frames, frame };
      return { description, image, ...(await this.images.add(kept.path, image)) };
    } finally {
      await rm(kept.path, { force: true });
      await rm(path, { force: true });
    }
  }

  async #deidentify(
    path: string,
    asker: Asker,
  ): Promise<{ readonly path: string } & Pick<ReceivedFile, 'sha256' | 'bytes'>> {
    const to = this.images.newUploadPath();
    try {
      return { path: to, ...(await this.reader.ask({ type: 'deidentify', path, to, key: this.#key }, asker)) };
    } catch (error) {
      await rm(to, { force: true });
      throw error;
    }
  }
}
