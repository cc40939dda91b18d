import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, rm, stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { isZooError, ZooError } from '@medzoo/core';
import { untilAborted } from '@medzoo/core/backend';
import { type OrderedSeries, sortSeries } from '@medzoo/dicom';
import { inject, injectable } from 'tsyringe';
import type { Asker } from '../caller-turns.js';
import { IMAGES, SETTINGS } from '../injection.js';
import { ImageReader } from '../reading/image-reader.js';
import type { ZipLimits } from '../reading/reader-requests.js';
import { SeriesStore } from '../series/series-store.js';
import type { GatewaySettings } from '../settings.js';
import type { ImageStore } from './image-store.js';
import { kindOfFile } from './kind-of-file.js';
import { type AddedFile, MedicalFiles } from './medical-files.js';
import { readStart } from './read-start.js';
import type { StoredImage } from './stored-image.js';

/** What a ZIP held: its images, those of a series in the order of their places in the patient. */
export interface ReceivedArchive {
  readonly images: readonly StoredImage[];
  readonly series: readonly ReceivedSeries[];
  /** Files that are no DICOM, NIfTI or MGH. */
  readonly passedOver: number;
  /** Images that were refused, and the code of the error. */
  readonly refused: Readonly<Record<string, number>>;
}

export interface ReceivedSeries {
  /** What GraphQL's `series` knows it by; null for one of more frames than may be analysed. */
  readonly id: string | null;
  readonly images: readonly string[];
  /** Whether they make a volume: parallel, of one size, evenly spaced. */
  readonly isVolume: boolean;
  /** Why not. */
  readonly reason: string | null;
}

const MOST_FILES = 2000;
/** A ZIP may inflate to so many times the size that one image may have. */
const MOST_TOTAL = 8;

/** Takes in the medical images of a ZIP, a series mostly. No name in it is used for anything. */
@injectable()
export class ZippedImages {
  /** Counted from when its turn has come. */
  protected readonly timeoutMs: number = 300_000;
  /** Of each caller: when the last ZIP that came is done. */
  readonly #lastOf = new Map<string, Promise<unknown>>();

  constructor(
    @inject(IMAGES) private readonly images: ImageStore,
    @inject(SETTINGS) private readonly settings: GatewaySettings,
    @inject(ImageReader) private readonly reader: ImageReader,
    @inject(MedicalFiles) private readonly medical: MedicalFiles,
    @inject(SeriesStore) private readonly series: SeriesStore,
  ) {}

  /**
   * Rejects with what is wrong with the ZIP, INVALID_IMAGE where it holds no image, IMAGE_TOO_LARGE for more than is
   * kept, DEADLINE_EXCEEDED, or the signal's reason, at once where its turn has not come. Images that were added until
   * then stay. A caller's ZIPs are taken in one after the other: 2 MB may inflate to 512 MB of disk.
   */
  async add(path: string, asker: Asker): Promise<ReceivedArchive> {
    const { caller, signal } = asker;
    const before = this.#lastOf.get(caller) ?? Promise.resolve();
    const added = before.then(() => this.#add(path, asker));
    const forget = (): void => {
      if (this.#lastOf.get(caller) === done) this.#lastOf.delete(caller);
    };
    const done: Promise<unknown> = added.then(forget, forget);
    this.#lastOf.set(caller, done);
    await untilAborted(before, signal);
    return added;
  }

  async #add(path: string, { caller, signal: left }: Asker): Promise<ReceivedArchive> {
    left?.throwIfAborted();
    const tooLate = AbortSignal.timeout(this.timeoutMs);
    const signal = left ? AbortSignal.any([left, tooLate]) : tooLate;
    const folder = await this.images.newUploadPath();
    const stored: Intake = { added: [], refused: {}, passedOver: 0 };
    await mkdir(folder, { mode: 0o700 });
    try {
      const { files } = await this.reader.ask(
        { type: 'unzip', path, folder, limits: this.#limits() },
        { caller, signal },
      );
      for (const file of files) await this.#addOne(file, stored, { caller, signal });
    } catch (error) {
      throw tooLate.aborted && !left?.aborted ? tookTooLong(this.timeoutMs, stored.added.length) : error;
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
    if (stored.added.length === 0) throw noImages(stored.passedOver, stored.refused);
    if (stored.added.some(({ image }) => !this.images.find(image.id))) throw pushedOut();
    return this.#toArchive(stored);
  }

  /** A ZIP of more than the gateway keeps is refused: its last images would delete its first ones. */
  #limits(): ZipLimits {
    const { maxImageBytes, maxImages, maxStoredBytes } = this.settings;
    return {
      maxFiles: Math.min(MOST_FILES, maxImages),
      maxFileBytes: maxImageBytes,
      maxTotalBytes: Math.min(MOST_TOTAL * maxImageBytes, maxStoredBytes),
    };
  }

  async #toArchive({ added, refused, passedOver }: Intake): Promise<ReceivedArchive> {
    const groups = groupBySeries(added);
    const images = groups.flatMap(({ members }) => members.map(({ image }) => image));
    const series: ReceivedSeries[] = [];
    for (const { members, order } of groups) {
      if (members.length < 2) continue;
      const ids = members.map(({ image }) => image.id);
      const id = await this.#addSeries(members);
      series.push({ id, images: ids, isVolume: order.ok, reason: order.ok ? null : order.reason });
    }
    return { images, series, passedOver, refused };
  }

  async #addSeries(members: readonly AddedFile[]): Promise<string | null> {
    if (members.length > this.settings.maxSeriesFrames) return null;
    return (await this.series.add(this.series.draft(members.map(({ image }) => image)))).id;
  }

  async #addOne(file: string, into: Intake, asker: Asker): Promise<void> {
    asker.signal?.throwIfAborted();
    if (kindOfFile(await readStart(file)) !== 'medical') {
      into.passedOver += 1;
      return;
    }
    try {
      into.added.push(await this.medical.add(file, await digestOf(file), asker));
    } catch (error) {
      if (!isZooError(error) || error.blame !== 'caller') throw error;
      into.refused[error.code] = (into.refused[error.code] ?? 0) + 1;
    }
  }
}

/** What has been stored of a ZIP so far. */
interface Intake {
  readonly added: AddedFile[];
  readonly refused: Record<string, number>;
  passedOver: number;
}

interface Group {
  readonly members: readonly AddedFile[];
  readonly order: OrderedSeries;
}

/** The same file twice is one image. A file of several frames is a series by itself. */
function groupBySeries(added: readonly AddedFile[]): Group[] {
  const bySeries = new Map<string, AddedFile[]>();
  for (const one of new Map(added.map((file) => [file.image.id, file])).values()) {
    const { series, facts, frames } = one.description;
    const isSlice = frames === 1 && facts.kind === 'image' && series !== null;
    const key = isSlice ? series : one.image.id;
    bySeries.set(key, [...(bySeries.get(key) ?? []), one]);
  }
  return [...bySeries.values()].map((members) => {
    const { sorted, order } = sortSeries(members, ({ description }) => description);
    return { members: sorted, order };
  });
}

async function digestOf(path: string): Promise<{ readonly sha256: string; readonly bytes: number }> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return { sha256: hash.digest('hex'), bytes: (await stat(path)).size };
}

function noImages(passedOver: number, refused: Readonly<Record<string, number>>): ZooError {
  const codes = Object.entries(refused).map(
    ([code, count]) => `${count} ${count === 1 ? 'was' : 'were'} refused as ${code}`,
  );
  const files = passedOver === 1 ? '1 file is' : `${passedOver} files are`;
  const what = [`${files} neither DICOM, NIfTI nor MGH`, ...codes].join(', ');
  return new ZooError(
    'INVALID_IMAGE',
    `The ZIP holds no image that can be read: ${what}. Send other images one by one.`,
  );
}

function pushedOut(): ZooError {
  const message = 'The images of the ZIP take more room than the gateway keeps images in. Send it in parts.';
  return new ZooError('IMAGE_TOO_LARGE', message);
}

function tookTooLong(timeoutMs: number, images: number): ZooError {
  const stored = images === 1 ? '1 image of it is' : `${images} images of it are`;
  const message = `The ZIP took longer than ${timeoutMs / 1000} seconds; ${stored} stored. Send it in parts.`;
  return new ZooError('DEADLINE_EXCEEDED', message, { details: { images } });
}
