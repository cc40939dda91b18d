import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { ZooError, type ModelSpec } from '../contract/index.js';

/**
 * The bytes of a model file, proven to be the declared ones by size and SHA-256; whoever runs them runs these bytes, not a path
 * that may change. Rejects with WEIGHTS_CORRUPT, or INVALID_MANIFEST where `url` is not a file: URL: nothing is downloaded.
 */
export async function loadWeights(
  { url, sha256, bytes }: Pick<ModelSpec, 'url' | 'sha256' | 'bytes'>,
  signal?: AbortSignal,
): Promise<Uint8Array> {
  const weights = await readFile(parseFileUrl(url), { ...(signal && { signal }) }).catch((cause: unknown) => {
    signal?.throwIfAborted();
    throw corrupt(`The weights at ${url} cannot be read`, { expected: sha256 }, cause);
  });
  const found = createHash('sha256').update(weights).digest('hex');
  if (found === sha256 && weights.length === bytes) return weights;
  throw corrupt(
    `The weights at ${url} are not the declared ones: expected ${bytes} bytes with SHA-256 ${sha256}, found ${weights.length} bytes with SHA-256 ${found}`,
    { expected: sha256, found, expectedBytes: bytes, foundBytes: weights.length },
  );
}

function parseFileUrl(url: string): URL {
  if (URL.canParse(url) && new URL(url).protocol === 'file:') return new URL(url);
  throw new ZooError(
    'INVALID_MANIFEST',
    `Weights are read from a file: URL; got ${url}. Download the file and let model.url in its model file point at it.`,
    { details: { url } },
  );
}

function corrupt(what: string, details: Record<string, string | number>, cause?: unknown): ZooError {
  return new ZooError('WEIGHTS_CORRUPT', `${what}. Install the package that brings them again.`, { details, cause });
}
