import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { findFile, READ_FLAGS, removeUnlessFile, sizeOf } from '../cache/cache-files.js';
import { downloadFile, validatorOf, type Download } from './download-file.js';
import { withFileLock } from '../cache/file-lock.js';
import { hashFile } from '../hash-file.js';
import { makeFolder } from '../cache/make-folder.js';
import { checkRoom, isFull, removeLeftovers } from '../cache/make-room.js';
import { corrupt, explainLocal, isExpected, unavailable, type ExpectedFile } from '../weights-errors.js';
import { completeOptions, type WeightsOptions } from '../weights-options.js';
import { describeUrl, parseWeightsUrl } from './weights-url.js';

/**
 * Below the cache folder; files are named by their digest, so that two models never meet and two URLs of one file do.
 */
const FOLDER = 'weights';

/** Where a file with this digest lies once fetched. */
export function pathInCache(cacheFolder: string, sha256: string): string {
  return join(cacheFolder, FOLDER, sha256);
}

/**
 * The path of a file from https in the cache folder, fetched if it is not there: in pieces that survive a crash,
 * verified, then moved to its name at once, so that what has the name is whole. One process at a time fetches a file;
 * the others wait and find it. Rejects with WEIGHTS_UNAVAILABLE or WEIGHTS_CORRUPT.
 */
export async function fetchWeights(
  expected: ExpectedFile,
  options: WeightsOptions = {},
  signal?: AbortSignal,
): Promise<string> {
  signal?.throwIfAborted();
  const settings = completeOptions(options);
  const where = describeUrl(parseWeightsUrl(expected.url));
  const file = pathInCache(settings.cacheFolder, expected.sha256);
  const part = `${file}.part`;
  const about = { url: where, sha256: expected.sha256 };
  const report: Download['report'] = (state, receivedBytes, totalBytes, reason) =>
    settings.onProgress?.({ ...about, state, receivedBytes, totalBytes, ...(reason !== undefined && { reason }) });
  const isThere = (): Promise<boolean> => hasSize(file, expected);

  if (!(await isThere())) {
    if (settings.offline) throw offline(where, expected, file);
    await prepareFolder(join(settings.cacheFolder, FOLDER));
    const folder = join(settings.cacheFolder, FOLDER);
    const bring = (): Promise<void> =>
      withFileLock(
        `${file}.lock`,
        async () => {
          if (await isThere()) return; // another process was faster
          await checkRoom(folder, part, expected.bytes);
          try {
            await download({ expected, part, file, settings, signal, report });
            await removeUnlessFile(file);
            await rename(part, file);
            await rm(validatorOf(part), { force: true });
          } catch (error) {
            signal?.throwIfAborted();
            if (!(await isThere())) throw error; // else another process held the lock as well, and moved the file away
          }
        },
        { signal, onWait: () => report('waiting', 0, expected.bytes) },
      );
    await bring()
      .catch(async (error: unknown) => {
        if (!isFull(error) || !(await removeLeftovers(folder, part))) throw error;
        await bring();
      })
      .catch((error: unknown) => {
        throw explainLocal(error, expected, settings.cacheFolder);
      });
  }
  const size = await sizeOf(file);
  report('ready', size, size);
  return file;
}

/** Leaves at `part` what was declared. What was begun earlier may be of another file: then it is begun again, once. */
async function download(one: Download): Promise<void> {
  const { expected, part, signal, report } = one;
  for (let isResumed = (await findFile(part)) !== undefined; ; isResumed = false) {
    await downloadFile(one);
    report('verifying', expected.bytes ?? 0, expected.bytes);
    const found = await hashFile(part, signal, READ_FLAGS);
    if (isExpected(expected, found)) return;
    await rm(part, { force: true });
    await rm(validatorOf(part), { force: true });
    if (isResumed) continue;
    const remedy =
      'Nothing was kept. Check the URL and the digest: the file there may have been replaced by another version.';
    throw corrupt(describeUrl(new URL(expected.url)), expected, found, remedy);
  }
}

async function prepareFolder(folder: string): Promise<void> {
  await makeFolder(folder).catch((cause: unknown) => {
    throw unavailable(
      `The cache folder ${folder} cannot be made: ${(cause as Error).message}. Give one that can be written by ` +
        'MEDZOO_CACHE_DIR.',
      {},
      cause,
    );
  });
}

/** Whoever runs the bytes verifies them; here a file that was cut off by a full disk is found. */
async function hasSize(file: string, { bytes }: ExpectedFile): Promise<boolean> {
  const found = await findFile(file);
  return found !== undefined && (bytes === undefined || found.size === bytes);
}

function offline(where: string, { url, sha256, bytes }: ExpectedFile, file: string): Error {
  return unavailable(
    `The weights at ${where} are not in the cache folder, and nothing is fetched because MEDZOO_OFFLINE or ` +
      `\`offline\` is set. Bring the file with SHA-256 ${sha256} to ${file}, or let a machine with a connection ` +
      'fetch it and copy its cache folder. A link is not followed.',
    { url: describeUrl(new URL(url)), sha256, ...(bytes !== undefined && { bytes }) },
  );
}
