import { rm } from 'node:fs/promises';
import type { Zoo } from '@medzoo/core';
import { inject, injectable } from 'tsyringe';
import type { Asker } from '../caller-turns.js';
import { IMAGES, SETTINGS, ZOO } from '../injection.js';
import { ImageReader } from '../reading/image-reader.js';
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

interface FileAt extends Pick<ReceivedFile, 'sha256' | 'bytes'> {
  readonly path: string;
}

/** Stores DICOM, NIfTI, MGH, JPEG 2000 and JPEG-LS, without the patient's identity unless `keepIdentity` is set. */
@injectable()
export class MedicalFiles {
  constructor(
    @inject(IMAGES) private readonly images: ImageStore,
    @inject(SETTINGS) private readonly settings: GatewaySettings,
    @inject(ZOO) private readonly zoo: Zoo,
    @inject(ImageReader) private readonly reader: ImageReader,
  ) {}

  /** Takes over the file at `path`. Rejects with what is wrong with it. */
  async add(path: string, received: Pick<ReceivedFile, 'sha256' | 'bytes'>, asker: Asker): Promise<AddedFile> {
    const described = await this.#describe(path, asker); // refused before anything is made of it
    if (this.settings.keepIdentity) return this.#store({ path, ...received }, described);
    const bare = await this.#deidentify(path, asker);
    try {
      return await this.#store(bare, await this.#describe(bare.path, asker));
    } finally {
      await rm(bare.path, { force: true });
      await rm(path, { force: true });
    }
  }

  #describe(path: string, asker: Asker): Promise<ReadDescription> {
    return this.reader.ask({ type: 'describe', path, limits: this.zoo.limits }, asker);
  }

  async #store({ path, sha256, bytes }: FileAt, description: ReadDescription): Promise<AddedFile> {
    const { width, height, format, frames, frame } = description;
    const image = { id: sha256, bytes, width, height, format, frames, frame };
    return { description, image, ...(await this.images.add(path, image)) };
  }

  async #deidentify(path: string, asker: Asker): Promise<FileAt> {
    const key = await this.images.uidKey();
    const to = await this.images.newUploadPath();
    try {
      return { path: to, ...(await this.reader.ask({ type: 'deidentify', path, to, key }, asker)) };
    } catch (error) {
      await rm(to, { force: true });
      throw error;
    }
  }
}
