import { existsSync } from 'node:fs';
import { chmod, mkdtemp, readdir, rename, rm, rmdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder } from '@medzoo/core/model';
import { checkApart, type ApartOptions } from '../check-head/apart/check-apart.js';
import type { CheckReport } from '../check-head/run-check-head.js';
import { CommandError } from '../command-error.js';
import { codeOf, explainReadError } from '../files/explain-read-error.js';
import { explainWriteError } from '../files/explain-write-error.js';
import { showPath } from '../files/show-path.js';
import { copyFolder } from './copy-folder.js';
import { serveHeads, type ConfigState } from './serve-heads.js';
import { unpackZip } from './unpack-zip.js';

/** `within` and `signal` are of the check. */
export interface AddOptions extends ApartOptions {
  /** A zip archive, or a folder. */
  readonly source: string;
  /** The folder that heads without code are kept in. */
  readonly heads: string;
  readonly replace: boolean;
  /** The config that is to serve it. */
  readonly config: string;
}

export interface Added {
  readonly report: CheckReport;
  /** Undefined if the head is refused. */
  readonly place: string | undefined;
  readonly config: ConfigState | undefined;
  /** Files of the archive that no head without code has. */
  readonly leftOut: number;
}

/**
 * Takes a head out of an archive, checks it as `check-head` does, and puts it beside the others if nothing is an error.
 * No JavaScript of the archive is written or run, and its model runs in a process of its own. What cannot be added
 * in full leaves nothing behind.
 */
export async function runAdd({ source, heads, replace, config, ...apart }: AddOptions): Promise<Added> {
  const found = await stat(source).catch((error: unknown) => {
    if (codeOf(error) !== 'ENOENT')
      throw new CommandError(`${showPath(source)}: ${explainReadError(error, source).message}`);
    throw new CommandError(
      `There is no ${showPath(source)}. Name a zip archive or a folder of model.json and its ONNX file.`,
    );
  });
  const { unpacked, isNew } = await openFolder(heads).catch((error: unknown) => {
    throw explainWriteError(error, heads);
  });
  try {
    const leftOut = await unpack(source, unpacked, found.isDirectory());
    const report = await checkApart(unpacked, apart);
    if (!report.isReady) return { report, place: undefined, config: undefined, leftOut };
    const place = join(heads, report.heads[0]!.head);
    if (existsSync(place) && !replace) {
      throw new CommandError(`There is a head in ${showPath(place)} already. Write over it with --replace.`);
    }
    const state = await serveHeads(config, heads);
    await putInPlace(unpacked, place).catch(async (error: unknown) => {
      if (state === 'written') await rm(config, { force: true });
      throw explainWriteError(error, place);
    });
    return { report, place, config: state, leftOut };
  } finally {
    await rm(unpacked, { recursive: true, force: true });
    if (isNew) await rmdir(heads).catch(() => undefined); // with a head in it, it stays
  }
}

async function openFolder(heads: string): Promise<{ readonly unpacked: string; readonly isNew: boolean }> {
  const isNew = !existsSync(heads);
  await makeFolder(heads);
  return { unpacked: await mkdtemp(join(heads, '.adding-')), isNew };
}

/** A fault names what it is of. */
async function unpack(source: string, unpacked: string, isFolder: boolean): Promise<number> {
  try {
    return await (isFolder ? copyFolder : unpackZip)(source, unpacked);
  } catch (error) {
    const { message } = codeOf(error) === undefined ? (error as Error) : explainWriteError(error, unpacked);
    throw new CommandError(`${showPath(source)}: ${message}`);
  }
}

/** Readable for the account that the gateway runs by: a temporary folder is for its owner alone. */
async function putInPlace(unpacked: string, place: string): Promise<void> {
  for (const name of await readdir(unpacked)) await chmod(join(unpacked, name), 0o644);
  await chmod(unpacked, 0o755);
  const before = `${unpacked}-before`;
  const isThere = existsSync(place);
  if (isThere) await rename(place, before);
  await rename(unpacked, place).catch(async (error: unknown) => {
    if (isThere) await rename(before, place);
    throw error;
  });
  if (isThere) await rm(before, { recursive: true, force: true });
}
