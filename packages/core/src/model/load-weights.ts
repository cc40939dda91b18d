import { rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import {
  isZooError,
  ZooError,
  type Bytes,
  type ModelSpec,
  type PrefetchOptions,
  type WeightsFile,
} from '../contract/index.js';
import { READ_FLAGS } from './weights/cache/cache-files.js';
import { fetchWeights } from './weights/fetch/fetch-weights.js';
import { hashFile, readAndHash, type FoundFile } from './weights/hash-file.js';
import { corrupt, explainLocal, isExpected, type ExpectedFile } from './weights/weights-errors.js';
import { completeOptions, type WeightsOptions } from './weights/weights-options.js';
import { describeUrl, parseWeightsUrl } from './weights/fetch/weights-url.js';

type Read<F extends FoundFile> = (path: string, signal?: AbortSignal, flags?: number) => Promise<F>;

const REINSTALL = 'Install the package that brings them, or export them, again.';

/**
 * The bytes of a model file, proven to be the declared ones by size and SHA-256; whoever runs them runs these bytes,
 * not a path that may change. From https they come by way of the cache folder. Rejects with WEIGHTS_CORRUPT,
 * WEIGHTS_UNAVAILABLE, or INVALID_MANIFEST where `url` is none that weights come from.
 */
export async function loadWeights(file: ExpectedFile, signal?: AbortSignal, options?: WeightsOptions): Promise<Bytes> {
  return (await readVerified(file, readAndHash, signal, options)).data;
}

/** As `loadWeights`, without holding the bytes: afterwards the file can be loaded without a connection. */
export async function prefetchWeights(
  file: WeightsFile,
  signal?: AbortSignal,
  options?: WeightsOptions,
): Promise<void> {
  const url = parseWeightsUrl(file.url);
  const local = { url: describeUrl(url), sha256: file.sha256, totalBytes: file.bytes };
  const report = url.protocol === 'file:' ? options?.onProgress : undefined;
  report?.({ ...local, state: 'verifying', receivedBytes: 0 });
  await readVerified(file, hashFile, signal, options);
  report?.({ ...local, state: 'ready', receivedBytes: file.bytes });
}

/** All files of a model. */
export async function prefetchModel(
  { data, ...file }: ModelSpec,
  weights: WeightsOptions = {},
  { signal, onProgress = weights.onProgress }: PrefetchOptions = {},
): Promise<void> {
  const options = { ...weights, ...(onProgress && { onProgress }) };
  await prefetchWeights(file, signal, options);
  if (data) await prefetchWeights(data, signal, options);
}

async function readVerified<F extends FoundFile>(
  expected: ExpectedFile,
  read: Read<F>,
  signal?: AbortSignal,
  options?: WeightsOptions,
): Promise<F> {
  const url = parseWeightsUrl(expected.url);
  return url.protocol === 'file:' ? readLocal(expected, read, signal) : readFetched(expected, read, signal, options);
}

async function readLocal<F extends FoundFile>(expected: ExpectedFile, read: Read<F>, signal?: AbortSignal): Promise<F> {
  const { url, sha256 } = expected;
  const found = await read(fileURLToPath(url), signal).catch((cause: unknown) => {
    signal?.throwIfAborted();
    if (isZooError(cause)) throw cause;
    throw new ZooError('WEIGHTS_CORRUPT', `The weights at ${url} cannot be read. ${REINSTALL}`, {
      details: { expected: sha256 },
      cause,
    });
  });
  if (isExpected(expected, found)) return found;
  throw corrupt(url, expected, found, REINSTALL);
}

/** From the cache folder; a file that was damaged there is fetched once more. */
async function readFetched<F extends FoundFile>(
  expected: ExpectedFile,
  read: Read<F>,
  signal?: AbortSignal,
  options?: WeightsOptions,
): Promise<F> {
  for (let isFirst = true; ; isFirst = false) {
    const path = await fetchWeights(expected, options, signal);
    const found = await read(path, signal, READ_FLAGS).catch((error: unknown) => {
      throw explainLocal(error, expected, completeOptions(options).cacheFolder);
    });
    if (isExpected(expected, found)) return found;
    if (!isFirst || completeOptions(options).offline) {
      throw corrupt(
        describeUrl(new URL(expected.url)),
        expected,
        found,
        `They lie damaged at ${path}: delete that file.`,
      );
    }
    await rm(path, { force: true });
  }
}
