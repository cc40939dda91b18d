import { isZooError, type Encoder, type WindowRule, type ZooError } from '../../contract/index.js';
import type { AskedHead } from '../request/check-requests.js';
import type { CachedImage } from '../cache/embedding-cache.js';
import { toZooError } from '../to-zoo-error.js';

type Encoded = { readonly ok: true; readonly value: CachedImage } | { readonly ok: false; readonly error: ZooError };

/** A head that was asked for, and the image as its encoder has it. */
export type EncodedFor<A extends AskedHead> = A & { readonly image: Encoded };

/**
 * The image for each head that was asked for, encoded once per encoder and window that training saw. An encoder that
 * fails is the outcome of its own heads; what the caller has to mend, such as an image that cannot be read, or a caller
 * who left, rejects for all.
 */
export async function encodeForHeads<A extends AskedHead>(
  asked: readonly A[],
  encode: (encoder: Encoder, rule: WindowRule | undefined) => Promise<CachedImage>,
): Promise<EncodedFor<A>[]> {
  const images = new Map<string, Promise<Encoded>>();
  const seenBy = ({ encoder, trained }: AskedHead['head']): Promise<Encoded> => {
    const rule = trained.preprocess?.window ?? encoder.trained.preprocess.window;
    const key = JSON.stringify([encoder.id, rule ?? null]);
    const known = images.get(key) ?? settle(encode(encoder, rule), encoder.id);
    images.set(key, known);
    return known;
  };
  const running = asked.map((one) => seenBy(one.head));
  return Promise.all(asked.map(async (one, index) => ({ ...one, image: await running[index]! })));
}

async function settle(encoding: Promise<CachedImage>, id: string): Promise<Encoded> {
  try {
    return { ok: true, value: await encoding };
  } catch (error) {
    if (isZooError(error) && error.blame === 'caller') throw error;
    return { ok: false, error: toZooError(error, `The encoder "${id}" failed`) };
  }
}
