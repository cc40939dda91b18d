import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, rm, stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { isZooError, ZooError } from '@medzoo/core';
import { orderSeries } from '@medzoo/dicom';
import { inject, injectable } from 'tsyringe';
import { IMAGES, SETTINGS } from '../injection.js';
import { ImageReader } from '../reading/image-reader.js';
import type { GatewaySettings } from '../settings.js';
import type { ImageStore } from './image-store.js';
import { kindOfFile } from './kind-of-file.js';
import { type AddedFile, MedicalFiles } from './medical-files.js';
import { readStart } from './read-start.js';
import type { StoredImage } from './stored-image.js';

/** What came of a ZIP: its images, those of a series in the order in which they lie. */
export interface ReceivedArchive {
  readonly images: readonly StoredImage[];
  readonly series: readonly ReceivedSeries[];
  /** Files that are no DICOM, NIfTI or MGH. */
  readonly passedOver: number;
  /** Images that were refused, and the code of the error. */
  readonly refused: Readonly<Record<string, number>>;
}

export interface ReceivedSeries {
  readonly images: readonly string[];
  /** Whether they make a volume: parallel, of one size, evenly spaced. */
  readonly isVolume: boolean;
  /** Why not. */
  readonly reason: string | null;
}

const MOST_FILES = 2000;
/** Of what a ZIP inflates to, in the size of one image. */
const MOST_TOTAL = 8;

/** Takes in the medical images of a ZIP, a series mostly. No name in it is used for anything. */
@injectable()
export class ZippedImages {
  constructor(
    @inject(IMAGES) private readonly images: ImageStore,
    @inject(SETTINGS) private readonly settings: GatewaySettings,
    @inject(ImageReader) private readonly reader: ImageReader,
    @inject(MedicalFiles) private readonly medical: MedicalFiles,
  ) {}

  /** Rejects with what is wrong with the ZIP, or with INVALID_IMAGE where it holds no image. */
  async add(path: string): Promise<ReceivedArchive> {
    const folder = this.images.newUploadPath();
    await mkdir(folder, { mode: 0o700 });
    try {
      const { maxImageBytes } = this.settings;
      const limits = { maxFiles: MOST_FILES, maxFileBytes: maxImageBytes, maxTotalBytes: MOST_TOTAL * maxImageBytes };
      const { files } = await this.reader.ask({ type: 'unzip', path, folder, limits });
      return await this.#addAll(files);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  async #addAll(files: readonly string[]): Promise<ReceivedArchive> {
    const added: AddedFile[] = [];
    const refused: Record<string, number> = {};
    let passedOver = 0;
    for (const file of files) {
      if (kindOfFile(await readStart(file)) !== 'medical') {
        passedOver += 1;
        continue;
      }
      try {
        added.push(await this.medical.add(file, await digestOf(file)));
      } catch (error) {
        if (!isZooError(error) || error.blame !== 'caller') throw error;
        refused[error.code] = (refused[error.code] ?? 0) + 1;
      }
    }
    if (added.length === 0) throw noImages(passedOver, refused);
    const groups = groupBySeries(added);
    const sorted = groups.flatMap(({ members }) => members.map(({ image }) => image));
    return {
      images: [...new Map(sorted.map((image) => [image.id, image])).values()],
      series: groups.flatMap(toSeries),
      passedOver,
      refused,
    };
  }
}

interface Group {
  readonly members: readonly AddedFile[];
  readonly order: ReturnType<typeof orderSeries>;
}

function groupBySeries(added: readonly AddedFile[]): Group[] {
  const bySeries = new Map<string, AddedFile[]>();
  for (const one of added) {
    const key = one.description.series ?? one.image.id;
    bySeries.set(key, [...(bySeries.get(key) ?? []), one]);
  }
  return [...bySeries.values()].map((members) => {
    const order = orderSeries(
      members.map(({ description: { width, height, facts } }) => ({
        rows: height,
        columns: width,
        spacing: facts.spacing,
        geometry: facts.geometry,
      })),
    );
    return { order, members: order.order.map((index) => members[index]!) };
  });
}

function toSeries({ members, order }: Group): ReceivedSeries[] {
  if (members.length < 2) return [];
  const images = members.map(({ image }) => image.id);
  return [{ images, isVolume: order.ok, reason: order.ok ? null : order.reason }];
}

async function digestOf(path: string): Promise<{ readonly sha256: string; readonly bytes: number }> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return { sha256: hash.digest('hex'), bytes: (await stat(path)).size };
}

function noImages(passedOver: number, refused: Readonly<Record<string, number>>): ZooError {
  const codes = Object.entries(refused).map(([code, count]) => `${count} were refused as ${code}`);
  const what = [`${passedOver} files are neither DICOM, NIfTI nor MGH`, ...codes].join(', ');
  return new ZooError(
    'INVALID_IMAGE',
    `The ZIP holds no image that can be read: ${what}. Send other images one by one.`,
  );
}
