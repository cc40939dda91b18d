import {
  takeFloat32,
  type DecodeLimits,
  type Encoder,
  type Session,
  type Tensor,
  type ZooObserver,
} from '../contract/index.js';
import { decodeImage, type DecodedImage } from '../image/decode-image.js';
import { fitImage } from '../image/geometry.js';
import { preprocess } from '../image/preprocess.js';
import type { Sessions } from '../sessions/keep-sessions.js';
import type { RunFor, RunModel } from '../sessions/run-in-turn.js';
import type { CachedImage, EmbeddingCache } from './embedding-cache.js';
import type { SharedEmbeddings } from './embedding-store/shared-embeddings.js';
import type { SourceImage } from './identify-image.js';
import { createSharedRuns } from './shared-runs.js';
import { timed } from '../sessions/timed.js';

/** The image as this encoder sees it: from the cache, from a run that is under way, or from a run of its own. */
export type EncodeImage = (source: SourceImage, encoder: Encoder, asker: RunFor) => Promise<CachedImage>;

export interface EncodeOptions {
  readonly limits?: Partial<DecodeLimits>;
  readonly shared?: SharedEmbeddings | undefined;
  readonly observer?: ZooObserver | undefined;
}

export function createImageEncoder(
  sessions: Sessions,
  runModel: RunModel,
  cache: EmbeddingCache,
  { limits = {}, shared, observer }: EncodeOptions = {},
): EncodeImage {
  // Two encoders that look at one image at the same time share its pixels; these are too large to keep for longer.
  const shareDecoding = createSharedRuns<{ readonly value: DecodedImage; readonly ms: number }>();

  async function run(input: Tensor<'float32'>, { id, trained: { model } }: Encoder, asker: RunFor) {
    const feeds = { [model.inputs[0]!.name]: input };
    const encode = async (session: Session) => {
      const { value, ms } = await runModel(session, feeds, { ...asker, role: 'encoder', model: id });
      return { embedding: takeFloat32(value, model.outputs[0]!.name), ms, provider: session.provider };
    };
    return sessions.use(model, encode, asker.signal);
  }

  return async ({ bytes, sha256, view, key }, encoder, asker) => {
    const { id, trained } = encoder;
    const cached = await cache.get(
      `${key} ${trained.model.sha256}`,
      async (signal, sharedRank) => {
        const asked = shared?.get(key, trained);
        const decoding = await shareDecoding(
          key,
          (decoding) => timed(() => decodeImage(bytes, limits, { view, signal: decoding })),
          signal,
        );
        const { value: pixels, ms: decode } = decoding.value;
        const { width, height, format } = pixels;

        const prepared = await timed(() => preprocess(pixels, trained.preprocess));
        signal.throwIfAborted();
        const stored = await asked;
        const encoded = stored
          ? { embedding: stored, ms: 0, provider: null }
          : await run(prepared.value, encoder, { ...asker, signal, sharedRank });
        return {
          image: { sha256, width, height, format },
          view: pixels.view,
          geometry: fitImage({ width, height }, trained.preprocess),
          input: prepared.value,
          embedding: stored ?? shared?.put(key, trained, encoded.embedding) ?? encoded.embedding,
          provider: encoded.provider,
          timingsMs: { decode, preprocess: prepared.ms, encode: encoded.ms },
        };
      },
      asker,
    );
    const { trace } = asker;
    const source = cached.source === 'run' && cached.encoded.provider === null ? 'store' : cached.source;
    observer?.({ type: 'embedding', encoder: id, source, ...(trace !== undefined && { trace }) });
    return cached;
  };
}
