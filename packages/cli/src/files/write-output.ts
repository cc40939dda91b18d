import { createWriteStream } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { CommandError } from '../command-error.js';
import { isDiskFull } from './disk-full.js';
import { explainWriteError } from './explain-write-error.js';

/** No file can be written any more: whatever comes next would fail too, through no fault of its own. */
export class DiskFullError extends CommandError {}

/** Writes a file of results. Where the disk is full, no part of it stays; the fault is a CommandError. */
export async function writeOutput(path: string, content: string | Uint8Array): Promise<void> {
  await writeFile(path, content).catch((error: unknown) => fail(error, path));
}

/** The same of text that comes in pieces, which are never in memory together. */
export async function streamOutput(path: string, pieces: AsyncIterable<string> | Iterable<string>): Promise<void> {
  await pipeline(Readable.from(pieces), createWriteStream(path)).catch((error: unknown) => fail(error, path));
}

async function fail(error: unknown, path: string): Promise<never> {
  const isOfSystem = error instanceof Error && 'syscall' in error;
  if (!isOfSystem) throw error;
  const explained = explainWriteError(error, path);
  if (!isDiskFull(error)) throw explained;
  await rm(path, { force: true }).catch(() => undefined);
  throw new DiskFullError(explained.message);
}
