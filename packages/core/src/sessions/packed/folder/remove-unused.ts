import { lstat, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { sizeOf } from '../../../model/weights/cache/cache-files.js';
import { DRAFT, GRAPH, RECORD, REMOVED, removePacked, WEIGHTS } from './packed-record.js';

/** All packed models together; those that were used within a day stay in any case. */
export const MOST_BYTES = 2 * 2 ** 30;
const DAY_MS = 86_400_000;
const UNUSED_MS = 30 * DAY_MS;
/** Named by its key. */
const IS_KEPT = /^[0-9a-f]{64}$/;
/** Longer than any model is written, and than a draft tells of the end of its maker. */
const LEFT_MS = 2 * 3_600_000;

interface KeptModel {
  readonly key: string;
  readonly bytes: number;
  /** When it was last opened, by Date's clock; 0 for one without a record, which is of no use. */
  readonly usedMs: number;
}

/** The packed models in a folder. */
export async function listPacked(folder: string): Promise<readonly KeptModel[]> {
  const names = await readdir(folder);
  return Promise.all(names.filter((name) => IS_KEPT.test(name)).map((name) => describe(folder, name)));
}

/**
 * Makes room for `needBytes` more: removes what was not used for a month, then the least recently used, and what
 * processes that ended left behind. Returns whether there is room.
 */
export async function makeRoom(folder: string, needBytes: number, now = Date.now()): Promise<boolean> {
  const left = (await readdir(folder)).filter(isLeft);
  await Promise.all(left.map((name) => removeLeft(join(folder, name), now)));
  const kept = [...(await listPacked(folder))].sort((one, other) => one.usedMs - other.usedMs);
  let total = needBytes + kept.reduce((sum, { bytes }) => sum + bytes, 0);
  for (const { key, bytes, usedMs } of kept) {
    const unusedMs = now - usedMs;
    if (unusedMs < UNUSED_MS && (total <= MOST_BYTES || unusedMs < DAY_MS)) continue;
    await removePacked(folder, key);
    total -= bytes;
  }
  return total <= MOST_BYTES;
}

function isLeft(name: string): boolean {
  return name.endsWith(DRAFT) || name.endsWith(REMOVED);
}

async function describe(folder: string, key: string): Promise<KeptModel> {
  const entry = join(folder, key);
  const record = await lstat(join(entry, RECORD)).catch(() => undefined);
  const bytes = (await sizeOf(join(entry, GRAPH))) + (await sizeOf(join(entry, WEIGHTS)));
  return { key, bytes, usedMs: record?.mtimeMs ?? 0 };
}

async function removeLeft(path: string, now: number): Promise<void> {
  const found = await lstat(path).catch(() => undefined);
  if (found && now - found.mtimeMs > LEFT_MS) await rm(path, { recursive: true, force: true }).catch(() => undefined);
}
