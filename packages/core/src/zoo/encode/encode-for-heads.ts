import { isZooError, type Encoder, type ZooError } from '../../contract/index.js';
import type { AskedHead } from '../request/check-requests.js';
import type { CachedImage } from '../cache/embedding-cache.js';
import { toZooError } from '../to-zoo-error.js';

type Encoded = { readonly ok: true; readonly value: CachedImage } | { readonly ok: false; readonly error: ZooError };

/**
 * The image for each head that was asked for, encoded once per encoder. An encoder that fails is the outcome of its own heads; what the
 * caller has to mend, such as an image that cannot be read, or a caller who left, rejects for all.
 */
export async function encodeForHeads<A extends AskedHead>(
  asked: readonly A[],
  encode: (encoder: Encoder) => Promise<CachedImage>,
): Promise<(A & { readonly image: Encoded })[]> {
  const encoders = new Map(asked.map(({ head }) => [head.encoder.id, head.encoder]));
  const images = new Map<string, Promise<Encoded>>();
  for (const [id, encoder] of encoders) images.set(id, settle(encode(encoder), id));
  return Promise.all(asked.map(async (one) => ({ ...one, image: await images.get(one.head.encoder.id)! })));
}

async function settle(encoding: Promise<CachedImage>, id: string): Promise<Encoded> {
  try {
    return { ok: true, value: await encoding };
  } catch (error) {
    if (isZooError(error) && error.blame === 'caller') throw error;
    return { ok: false, error: toZooError(error, `The encoder "${id}" failed`) };
  }
}
