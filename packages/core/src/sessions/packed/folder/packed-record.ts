import { rename, rm, utimes } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import { findFile, READ_FLAGS, readText } from '../../../model/weights/cache/cache-files.js';
import { hashFile } from '../../../model/weights/hash-file.js';

/** The files in the folder of one model. The graph names its weights by this name. */
export const GRAPH = 'model.onnx';
export const WEIGHTS = 'weights.bin';
export const RECORD = 'record.json';
/** A record has some hundred bytes of digests and a line of the CPU's flags. */
const MOST_RECORD_BYTES = 64 * 1024;
/** A folder that was moved away to be removed, and one that is being written. */
export const REMOVED = '.removed';
export const DRAFT = '.draft';

const file = z.strictObject({ bytes: z.int(), sha256: z.string() });

export const packedRecord = z.strictObject({
  /** Read by people who wonder which weights these are. */
  for: z.record(z.string(), z.unknown()),
  /** Undefined where the packed model did not answer as the verified bytes do: it is not made again, and not used. */
  files: z.strictObject({ graph: file, weights: file.optional() }).optional(),
  /** What a session uses of the mapped file. */
  mappedBytes: z.int(),
  /** Whether a run's items know of one another (see `scalesByRun`). */
  scalesByRun: z.boolean(),
});

export type PackedRecord = z.infer<typeof packedRecord>;

/** A packed model whose files are the ones that were written. */
export interface PackedModel {
  readonly key: string;
  /** Of the graph, which ONNX Runtime opens. */
  readonly path: string;
  readonly mappedBytes: number;
  readonly scalesByRun: boolean;
}

/**
 * The packed model with this key: undefined if there is none, null if there is to be none. One whose files are not the
 * ones that were written is removed.
 */
export async function findPacked(folder: string, key: string): Promise<PackedModel | null | undefined> {
  const entry = join(folder, key);
  const record = await readRecord(join(entry, RECORD));
  if (record === 'absent') return undefined;
  if (record !== 'broken' && record.files === undefined) return null;
  if (record === 'broken' || !(await isWhole(entry, record.files!))) {
    await removePacked(folder, key);
    return undefined;
  }
  const now = new Date();
  await utimes(join(entry, RECORD), now, now).catch(() => undefined); // it was used, which keeps it
  const { mappedBytes, scalesByRun } = record;
  return { key, path: join(entry, GRAPH), mappedBytes, scalesByRun };
}

/**
 * Moved away first, so that no other process finds a half of it. A process that has the files mapped keeps them until
 * it ends.
 */
export async function removePacked(folder: string, key: string): Promise<void> {
  const aside = join(folder, `${key}.${randomUUID()}${REMOVED}`);
  await rename(join(folder, key), aside).catch(() => undefined);
  await rm(aside, { recursive: true, force: true }).catch(() => undefined);
}

async function readRecord(path: string): Promise<PackedRecord | 'absent' | 'broken'> {
  try {
    const { success, data } = packedRecord.safeParse(JSON.parse(await readText(path, MOST_RECORD_BYTES)));
    return success ? data : 'broken';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'absent' : 'broken';
  }
}

async function isWhole(entry: string, { graph, weights }: NonNullable<PackedRecord['files']>): Promise<boolean> {
  if (!(await isAsWritten(join(entry, GRAPH), graph))) return false;
  return weights === undefined || isAsWritten(join(entry, WEIGHTS), weights);
}

/** By file and its times: the digest that this process has seen. */
const digests = new Map<string, string>();

/** Reads a file once in each process, and again only if the system says that it has changed. */
async function isAsWritten(path: string, expected: z.infer<typeof file>): Promise<boolean> {
  const found = await findFile(path);
  if (found?.size !== expected.bytes) return false;
  const { dev, ino, size, mtimeMs, ctimeMs } = found;
  const state = [dev, ino, size, mtimeMs, ctimeMs].join(':');
  const known = digests.get(state) ?? (await hashFile(path, undefined, READ_FLAGS).catch(() => undefined))?.sha256;
  if (known !== undefined) digests.set(state, known);
  return known === expected.sha256;
}
