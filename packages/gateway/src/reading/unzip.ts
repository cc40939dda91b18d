import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { crc32 } from 'node:zlib';
import { isZooError, ZooError } from '@medzoo/core';
import { openPromise, type Entry, type ZipFile } from 'yauzl';
import type { ReaderAnswers, ReaderRequest, ZipLimits } from './reader-requests.js';

/**
 * Writes the files of a ZIP under numbers: what an entry is called decides nothing here, so that no name can lead
 * elsewhere. What entries say of their sizes is checked first and held to while they inflate. ZIPs within are files
 * like others.
 */
export async function unzip({
  path,
  folder,
  limits,
}: Extract<ReaderRequest, { readonly type: 'unzip' }>): Promise<ReaderAnswers['unzip']> {
  const zip = await open(path);
  try {
    if (zip.entryCount > limits.maxFiles) throw tooLarge('files', limits.maxFiles);
    const files: string[] = [];
    const budget = { left: limits.maxTotalBytes };
    for await (const entry of zip.eachEntry() as AsyncIterable<Entry>) {
      if (isFolder(entry)) continue;
      // The count above is what the file claims.
      if (files.length === limits.maxFiles) throw tooLarge('files', limits.maxFiles);
      const file = join(folder, String(files.length));
      await extract(zip, entry, file, limits, budget);
      files.push(file);
    }
    return { files };
  } catch (error) {
    throw isZooError(error) || isOfSystem(error) ? error : damaged();
  } finally {
    zip.close();
  }
}

async function open(path: string): Promise<ZipFile> {
  try {
    return await openPromise(path, {
      lazyEntries: true,
      autoClose: false,
      validateEntrySizes: true,
      decodeStrings: false,
    });
  } catch (error) {
    throw isOfSystem(error) ? error : damaged();
  }
}

/** An error of the system, such as a full disk, for which the ZIP is not to blame. */
function isOfSystem(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error;
}

/** Its name ends with a slash; names are bytes here, in any encoding. */
function isFolder({ fileName, uncompressedSize }: Entry): boolean {
  const name = fileName as unknown as Uint8Array;
  return name.at(-1) === 0x2f && uncompressedSize === 0;
}

async function extract(
  zip: ZipFile,
  entry: Entry,
  file: string,
  { maxFileBytes, maxTotalBytes }: ZipLimits,
  budget: { left: number },
): Promise<void> {
  if (entry.isEncrypted()) {
    throw new ZooError('UNSUPPORTED_FORMAT', 'The ZIP is encrypted. Send one without a password.');
  }
  const check = (bytes: number): void => {
    if (bytes > maxFileBytes) throw fileTooLarge(maxFileBytes);
    if (bytes > budget.left) throw tooLarge('bytes', maxTotalBytes);
  };
  check(entry.uncompressedSize);
  let bytes = 0;
  let sum = 0;
  const measure = new Transform({
    transform(chunk: Uint8Array, _encoding, done) {
      bytes += chunk.length;
      sum = crc32(chunk, sum);
      try {
        check(bytes);
        done(null, chunk);
      } catch (error) {
        done(error as Error);
      }
    },
    flush: (done) => done(sum === entry.crc32 ? null : damaged()), // yauzl does not look at it
  });
  const content = await zip.openReadStreamPromise(entry);
  await pipeline(content, measure, createWriteStream(file, { flags: 'wx', mode: 0o600 }));
  budget.left -= bytes;
}

function tooLarge(unit: string, limit: number): ZooError {
  return new ZooError('IMAGE_TOO_LARGE', `A ZIP may hold at most ${limit} ${unit}. Send it in parts.`, {
    details: { unit, limit },
  });
}

function fileTooLarge(limit: number): ZooError {
  const message = `A file in the ZIP has more than ${limit} bytes, as many as one image may have. Leave it out.`;
  return new ZooError('IMAGE_TOO_LARGE', message, { details: { unit: 'bytes of one file', limit } });
}

function damaged(): ZooError {
  return new ZooError('INVALID_IMAGE', 'The ZIP cannot be read: it is damaged or was cut off. Send it again.');
}
