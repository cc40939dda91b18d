import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { parse } from 'csv-parse/sync';
import type { Augmentation } from '../augmentation.js';

/** Where a run that is replaced waits until the next one is finished. */
const FOLDER = 'earlier';

/** What decides on the numbers of an embedding, beside the image and how it was augmented. */
export interface EncodeSettings {
  readonly format: string;
  readonly fileDigest: string;
  readonly preprocess: unknown;
  readonly createdBy: string;
}

/** As much of embed.json as is looked at. */
interface About extends Omit<EncodeSettings, 'fileDigest'> {
  readonly encoder: { readonly fileDigest: string };
  readonly shards: readonly string[];
}

export interface EarlierEmbeddings {
  /** The embedding of this picture, if it was made before: float16, as a shard has it. */
  take(sha256: string, augmentation: Augmentation | undefined): Promise<Uint8Array | undefined>;
}

/** Moves the files of a finished run aside, so that the next one can take over what is the same. */
export async function moveAside(folder: string, files: readonly string[]): Promise<void> {
  const aside = join(folder, FOLDER);
  await rm(aside, { recursive: true, force: true });
  await mkdir(aside);
  for (const file of files) await rename(join(folder, file), join(aside, file));
}

export async function forgetEarlier(folder: string): Promise<void> {
  await rm(join(folder, FOLDER), { recursive: true, force: true });
}

/**
 * The embeddings that were moved aside, by the image's digest and its augmentation: an image that changes its split or
 * its label is not encoded again. Undefined where there are none by the same encoder, preprocessing and release.
 */
export async function openEarlier(folder: string, settings: EncodeSettings): Promise<EarlierEmbeddings | undefined> {
  const aside = join(folder, FOLDER);
  const about = await readAbout(join(aside, 'embed.json'));
  if (about === undefined || !areSame(about, settings)) return undefined;
  const rows = parse<Readonly<Record<string, string>>>(await readFile(join(aside, 'rows.csv')), { columns: true });
  const places = new Map(
    rows.map(({ sha256, augmentation, shard, index }) => [
      `${sha256} ${augmentation}`,
      { shard: shard!, index: Number(index) },
    ]),
  );
  return {
    async take(sha256, augmentation) {
      const place = places.get(`${sha256} ${augmentation ? JSON.stringify(augmentation) : ''}`);
      return place && readEmbedding(join(aside, place.shard), place.index);
    },
  };
}

async function readAbout(path: string): Promise<About | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as About;
  } catch {
    return undefined; // nothing was moved aside, or not all of it
  }
}

function areSame({ format, encoder: { fileDigest }, preprocess, createdBy }: About, settings: EncodeSettings): boolean {
  return isDeepStrictEqual({ format, fileDigest, preprocess, createdBy }, settings);
}

/** One row of the tensor `embeddings` of a shard of safetensors. */
async function readEmbedding(path: string, index: number): Promise<Uint8Array> {
  const file = await open(path);
  try {
    const read = async (start: number, length: number): Promise<Buffer> => {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, start);
      if (bytesRead < length) throw new Error('A shard of the embeddings before these is cut off. Delete --out.');
      return buffer;
    };
    const headerBytes = Number((await read(0, 8)).readBigUInt64LE());
    const { embeddings } = JSON.parse((await read(8, headerBytes)).toString()) as {
      readonly embeddings: { readonly shape: readonly number[]; readonly data_offsets: readonly [number, number] };
    };
    const [start, end] = embeddings.data_offsets;
    const length = (end - start) / embeddings.shape[0]!;
    return await read(8 + headerBytes + start + index * length, length);
  } finally {
    await file.close();
  }
}
