import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { crc32 } from 'node:zlib';
import { openPromise, type Entry, type ZipFile } from 'yauzl';
import { CommandError } from '../command-error.js';
import { chooseEntries, LIMITS, type ModelEntry } from './model-entries.js';

interface ZipEntry extends ModelEntry {
  readonly entry: Entry;
}

/**
 * Writes the files of a head out of a zip archive into a folder; gives the number of those left out. Sizes are bounded
 * by what the archive says, and again by what comes out of it. Names that lead out of the folder are refused, and links
 * are written as plain files.
 */
export async function unpackZip(path: string, folder: string): Promise<number> {
  const zip = await openPromise(path, { lazyEntries: true, autoClose: false }).catch(refuse);
  try {
    const { taken, leftOut } = chooseEntries(await listEntries(zip).catch(refuse));
    let written = 0;
    for (const [name, { entry }] of taken) {
      const stream = await zip.openReadStreamPromise(entry).catch(refuse);
      let sum = 0;
      const count = new Transform({
        transform(chunk: Buffer, _, done) {
          written += chunk.length;
          sum = crc32(chunk, sum);
          done(written > LIMITS.bytes ? new CommandError('It unpacks to more than it says.') : null, chunk);
        },
        flush: (done) => done(sum === entry.crc32 ? null : new Error('it is damaged')), // yauzl does not look at it
      });
      await pipeline(stream, count, createWriteStream(join(folder, name), { flags: 'wx' })).catch(refuse);
    }
    return leftOut;
  } finally {
    zip.close();
  }
}

async function listEntries(zip: ZipFile): Promise<ZipEntry[]> {
  const entries: ZipEntry[] = [];
  // Before the entries themselves are read: an archive may hold millions.
  if (zip.entryCount > LIMITS.files * 2) {
    throw new CommandError(`A head is a few files; the archive has ${zip.entryCount}.`);
  }
  for await (const entry of zip.eachEntry()) {
    const { fileName, uncompressedSize } = entry;
    if (fileName.endsWith('/')) continue;
    if (entry.isEncrypted()) throw new CommandError('The archive is encrypted. Pack it without a password.');
    entries.push({ path: fileName, bytes: uncompressedSize, entry });
  }
  return entries;
}

function refuse(cause: unknown): never {
  if (cause instanceof CommandError) throw cause;
  const why = cause instanceof Error ? cause.message : String(cause);
  throw new CommandError(`Expected a zip archive of a head; it cannot be read: ${why.replace(/\.+$/, '')}.`);
}
