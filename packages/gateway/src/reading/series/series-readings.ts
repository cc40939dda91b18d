import type { Answer, HeadDescription, Outcome, Zoo } from '@medzoo/core';
import type { ExportFormat } from '@medzoo/export';
import { LRUCache } from 'lru-cache';
import { inject, injectable } from 'tsyringe';
import type { Asker } from '../../caller-turns.js';
import type { ImageStore } from '../../images/image-store.js';
import { IMAGES, ZOO } from '../../injection.js';
import type { SeriesFrame, StoredSeries } from '../../series/stored-series.js';
import { ImageReader } from '../image-reader.js';
import type { ExportedFile, SentOutcome, SeriesDescription } from '../reader-requests.js';
import { SharedReads } from '../shared-reads.js';

/**
 * Reads series in a process beside that of single files, which are then not held up: two thousand headers, or a
 * segmentation of hundreds of slices, take many seconds.
 */
@injectable()
export class SeriesReader extends ImageReader {
  protected override readonly timeoutMs: number = 120_000;
}

export interface SeriesExport {
  readonly series: StoredSeries;
  readonly format: ExportFormat;
  readonly head: HeadDescription;
  /** Of each frame. */
  readonly outcomes: readonly Outcome<Answer>[];
}

const MOST_DESCRIPTION_BYTES = 8 * 2 ** 20;

/** What stored series say of themselves, and files made of answers about them. */
@injectable()
export class SeriesReadings {
  readonly #descriptions = new SharedReads<SeriesDescription>(
    new LRUCache({
      maxSize: MOST_DESCRIPTION_BYTES,
      sizeCalculation: (description) => 2 * JSON.stringify(description).length,
    }),
  );

  constructor(
    @inject(IMAGES) private readonly images: ImageStore,
    @inject(ZOO) private readonly zoo: Zoo,
    @inject(SeriesReader) private readonly reader: SeriesReader,
  ) {}

  /** Rejects with what is wrong with a file, BUSY, or IMAGE_NOT_FOUND. */
  describe({ id, frames }: StoredSeries, asker: Asker): Promise<SeriesDescription> {
    const { limits } = this.zoo;
    return this.#descriptions.get(id, asker, (by) =>
      this.reader.ask(async () => {
        const paths = await this.#toPaths(frames, by);
        const files = new Map<string, number[]>();
        frames.forEach(({ frame }, index) => {
          const path = paths[index]!;
          const known = files.get(path);
          if (known) known.push(frame);
          else files.set(path, [frame]);
        });
        const asked = [...files].map(([path, which]) => ({ path, frames: which }));
        return { type: 'describe-series' as const, files: asked, limits };
      }, by),
    );
  }

  /** Rejects with why the answers cannot become such a file. */
  async export({ series: { frames }, format, head, outcomes }: SeriesExport, asker: Asker): Promise<ExportedFile> {
    const { limits } = this.zoo;
    const { manifest, trained } = head;
    const { concepts, labels } = trained;
    const about = { manifest, trained: { labels, ...(concepts && { concepts }) } };
    return this.reader.ask(async () => {
      const paths = await this.#toPaths(frames, asker);
      const answered = frames.map(({ image, frame }, index) => ({
        ...{ path: paths[index]!, id: image.id, frame, isOfSeveral: image.frames > 1 },
        outcome: toSent(outcomes[index]!),
      }));
      return { type: 'export-series' as const, format, head: about, frames: answered, limits };
    }, asker);
  }

  /** Each file is checked once. */
  async #toPaths(frames: readonly SeriesFrame[], asker: Asker): Promise<readonly string[]> {
    const paths = new Map<string, string>();
    for (const { image } of frames) {
      if (!paths.has(image.id)) paths.set(image.id, await this.images.toLocalFile(image, asker));
    }
    return frames.map(({ image }) => paths.get(image.id)!);
  }
}

/** An error crosses to another process as its data. */
function toSent(outcome: Outcome<Answer>): SentOutcome {
  if (outcome.ok) return outcome;
  const { cause: _, ...error } = outcome.error.toJSON();
  return { ok: false, error, ...(outcome.provenance && { provenance: outcome.provenance }) };
}
