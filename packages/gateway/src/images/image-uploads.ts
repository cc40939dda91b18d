import { rm, writeFile } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { describeImage, type ImageDescription, isZooError, type Zoo, ZooError } from '@medzoo/core';
import { inject, injectable } from 'tsyringe';
import type { Asker } from '../caller-turns.js';
import { IMAGES, SETTINGS, ZOO } from '../injection.js';
import { DECODERS } from '../reading/decoders.js';
import type { GatewaySettings } from '../settings.js';
import type { ImageStore } from './image-store.js';
import { kindOfFile } from './kind-of-file.js';
import { MedicalFiles } from './medical-files.js';
import { readStart } from './read-start.js';
import { mostUploadBytes, receiveUpload, type ReceivedFile } from './receive-upload.js';
import { toStoreFault } from './store-fault.js';
import type { StoredImage } from './stored-image.js';
import { UploadPlaces } from './upload-places.js';
import { type ReceivedArchive, ZippedImages } from './zipped-images.js';

export interface ReceivedUpload {
  readonly image: StoredImage;
  readonly isNew: boolean;
}

/** How a ZIP is treated. */
interface ZipTreatment<T> {
  readonly addZip: (path: string) => T | Promise<T>;
  /** Adds to the error of a file of an unknown format what may be sent instead. */
  readonly tell: (error: unknown) => unknown;
}

/**
 * Receives uploads: a large one goes to disk, so that it costs no memory; then its header is read and the image is
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

  /** Rejects with what is wrong with the image, BUSY, or the signal's reason. */
  receive(body: Readable, asker: Asker): Promise<ReceivedUpload> {
    return this.#receive(body, asker, { addZip: refuseZip, tell: (error) => error });
  }

  /** As `receive`; also of a ZIP, whose images are stored each. */
  receiveAny(body: Readable, asker: Asker): Promise<ReceivedUpload | ReceivedArchive> {
    return this.#receive(body, asker, { addZip: (path) => this.zipped.add(path, asker), tell: addZipAdvice });
  }

  #receive<T>(body: Readable, asker: Asker, treatment: ZipTreatment<T>): Promise<ReceivedUpload | T> {
    return this.places
      .with(asker.caller, () => this.#receiveNow(body, asker, treatment))
      .catch((error: unknown) => {
        throw toStoreFault(error);
      });
  }

  async #receiveNow<T>(body: Readable, asker: Asker, { addZip, tell }: ZipTreatment<T>): Promise<ReceivedUpload | T> {
    const path = await this.images.newUploadPath();
    let isLeft = true;
    try {
      const received = await receiveUpload(body, path, mostUploadBytes(this.settings));
      const kind = kindOfFile(received.content ?? (await readStart(path)));
      if (kind === 'raster') {
        const added = await this.#addRaster(path, received);
        isLeft = false; // it has the image's name, or was never written
        return added;
      }
      if (received.content) await writeFile(path, received.content, { flag: 'wx', mode: 0o600 });
      if (kind === 'zip') return await addZip(path);
      if (kind === 'medical') return await this.medical.add(path, received, asker);
      return await this.#refuse(path, tell);
    } finally {
      if (isLeft) await rm(path, { force: true });
    }
  }

  /** Rejects with core's error, which names the format. */
  async #refuse(path: string, tell: ZipTreatment<unknown>['tell']): Promise<never> {
    try {
      await this.#describe(path);
    } catch (error) {
      throw tell(error);
    }
    throw new Error('A file of an unknown format was described.');
  }

  #describe(file: Uint8Array | string): Promise<ImageDescription> {
    return describeImage(file, this.zoo.limits, { decoders: DECODERS }); // medical files do not come here
  }

  async #addRaster(path: string, { sha256, bytes, content }: ReceivedFile): Promise<ReceivedUpload> {
    const image = this.images.find(sha256) ?? {
      id: sha256,
      bytes,
      ...toStored(await this.#describe(content ?? path)),
    };
    return { image, ...(await this.images.add(path, image, content)) };
  }
}

function refuseZip(): never {
  const message = 'A ZIP of several images is sent to POST /images, and answers with all of them.';
  throw new ZooError('UNSUPPORTED_FORMAT', message, { details: { found: 'ZIP' } });
}

function addZipAdvice(error: unknown): unknown {
  if (!isZooError(error)) return error;
  const { code, message, details } = error;
  return new ZooError(code, `${message} Several DICOM or NIfTI files may come in a ZIP.`, { details });
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
