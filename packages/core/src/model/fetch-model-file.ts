import {
  parseTrainedEncoder,
  parseTrainedModel,
  ZooError,
  type TrainedEncoder,
  type TrainedModel,
} from '../contract/index.js';
import { loadWeights } from './load-weights.js';
import { parseJson } from './parse-json.js';
import type { WeightsOptions } from './weights/weights-options.js';
import { describeUrl, parseWeightsUrl } from './weights/fetch/weights-url.js';

export interface FetchModelOptions extends WeightsOptions {
  /**
   * Of the model.json itself, 64 hexadecimal digits: it declares the digests of all that follows, so this one pins them
   * all.
   */
  readonly sha256: string;
  readonly signal?: AbortSignal;
}

/**
 * A head's model.json from https, by way of the cache folder, so that it is there without a connection the next time. A
 * relative `model.url` in it is taken from `location`. Rejects with INVALID_MANIFEST, WEIGHTS_CORRUPT or
 * WEIGHTS_UNAVAILABLE.
 */
export async function fetchModelFile(location: URL | string, options: FetchModelOptions): Promise<TrainedModel> {
  const url = parseWeightsUrl(String(location));
  return parseTrainedModel(await fetchJson(url, options), url);
}

/** As `fetchModelFile`, for an encoder's file, which also says how images are preprocessed. */
export async function fetchEncoderFile(location: URL | string, options: FetchModelOptions): Promise<TrainedEncoder> {
  const url = parseWeightsUrl(String(location));
  return parseTrainedEncoder(await fetchJson(url, options), url);
}

async function fetchJson(url: URL, { sha256, signal, ...options }: FetchModelOptions): Promise<unknown> {
  const digest = checkDigest(url, sha256);
  const bytes = await loadWeights({ url: url.href, sha256: digest }, signal, options);
  try {
    return parseJson(new TextDecoder().decode(bytes));
  } catch (cause) {
    const why = (cause as SyntaxError).message;
    throw new ZooError(
      'INVALID_MANIFEST',
      `The model file at ${describeUrl(url)} cannot be read, since ${why}. Export it again.`,
      { cause },
    );
  }
}

function checkDigest(url: URL, sha256: unknown): string {
  if (typeof sha256 === 'string' && /^[0-9a-f]{64}$/i.test(sha256)) return sha256.toLowerCase();
  const got = sha256 === undefined ? 'none' : JSON.stringify(sha256);
  throw new ZooError(
    'INVALID_MANIFEST',
    `A model file from the network is pinned by its SHA-256, 64 hexadecimal digits; got ${got} for ` +
      `${describeUrl(url)}. Download it once from where you trust it, and write down what \`sha256sum\` says.`,
  );
}
