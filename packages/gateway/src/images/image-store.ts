import type { ImageSource } from '@medzoo/core';
import type { Asker } from '../caller-turns.js';
import type { StoreUnavailable } from './store-fault.js';
import type { StoredImage } from './stored-image.js';

/**
 * Uploaded images, named by their content: the same bytes are one image, whoever sends them. The folder is the first
 * implementation.
 */
export interface ImageStore {
  readonly storedBytes: number;
  readonly storedImages: number;
  /** Undefined for an image that never was here, or is not kept any more. */
  find(id: string): StoredImage | undefined;
  /**
   * The list of a series' images, kept as images are: its `frames` says how many they are, and its bytes which. It is no
   * image itself, and `find` does not find it.
   */
  findSeries(id: string): StoredImage | undefined;
  /** As `find`; throws IMAGE_NOT_FOUND. */
  get(id: string): StoredImage;
  /**
   * Rejects with IMAGE_NOT_FOUND if the image's file was deleted: what is known of it otherwise, such as a picture in
   * memory, is not to be shown any more. Costs a look at the folder; the bytes are not read.
   */
  checkIsThere(image: StoredImage): Promise<void>;
  /** Why no image can be stored now, as far as can be told without writing; undefined where one can. */
  findFault(): Promise<StoreUnavailable | undefined>;
  /** Where an upload may be written before its digest is known; rejects with the fault where nothing can be. */
  newUploadPath(): Promise<string>;
  /**
   * Takes over the finished file at `uploadPath`, or `content` by way of it; `isNew` is false if the same bytes were
   * there already. In any case the stored bytes are the right ones afterwards, whatever was there.
   */
  add(uploadPath: string, image: StoredImage, content?: Buffer): Promise<{ readonly isNew: boolean }>;
  /**
   * The image's bytes, checked against its digest, which travels with them; rejects with IMAGE_NOT_FOUND if they are
   * gone or others.
   */
  read(image: StoredImage, signal?: AbortSignal): Promise<ImageSource>;
  /**
   * The path of a file on this machine with the image's bytes, checked as by `read`: half a file must not go out as the
   * whole one. Callers take turns. Rejects at once with the signal's reason.
   */
  toLocalFile(image: StoredImage, asker: Asker): Promise<string>;
  /** What it means that such a file could not be read: IMAGE_NOT_FOUND if it was deleted since. */
  toFault(image: StoredImage, error: unknown): unknown;
  /**
   * The key that new UIDs of de-identified files are made with. It stays the same for as long as images are kept, so
   * that equal files become equal files and the slices of a series stay in one series.
   */
  uidKey(): Promise<string>;
  close(): Promise<void>;
}
