import { takeFloat32, type Encoder, type Tensor, type TrainedEncoder } from '../contract/index.js';
import { decodeImage, type DecodedImage, type DecodeLimits } from '../image/decode-image.js';
import { fitImage } from '../image/geometry.js';
import { preprocess } from '../image/preprocess.js';
import type { OpenSessions } from '../sessions/open-once.js';
import type { RunFor, RunModel } from '../sessions/run-in-turn.js';
import type { CachedImage, EmbeddingCache } from './embedding-cache.js';
import type { SharedEmbeddings } from './embedding-store/shared-embeddings.js';
import type { SourceImage } from './identify-image.js';
import { createSharedRuns } from './shared-runs.js';
import { timed } from '../sessions/timed.js';

/** The image as this encoder sees it: from the cache, from a run that is under way, or from a run of its own. */
export type EncodeImage = (source: SourceImage, encoder: Encoder, asker: RunFor) => Promise<CachedImage>;

export function createImageEncoder(
  sessions: OpenSessions,
  runModel: RunModel,
  cache: EmbeddingCache,
  limits: Partial<DecodeLimits> = {},
  shared?: SharedEmbeddings,
): EncodeImage {
  // Two encoders that look at one image at the same time share its pixels; these are too large to keep for longer.
  const shareDecoding = createSharedRuns<{ readonly value: DecodedImage; readonly ms: number }>();

  async function run(input: Tensor<'float32'>, { model }: TrainedEncoder, asker: RunFor) {
    const session = await sessions.open(model, asker.signal);
    const { value, ms } = await runModel(session, { [model.inputs[0]!.name]: input }, asker);
    return { embedding: takeFloat32(value, model.outputs[0]!.name), ms };
  }

  return ({ bytes, sha256 }, { trained }, asker) =>
    cache.get(
      `${sha256} ${trained.model.sha256}`,
      async (signal) => {
        const asked = shared?.get(sha256, trained);
        const decoding = await shareDecoding(sha256, () => timed(() => decodeImage(bytes, limits)), signal);
        const { value: pixels, ms: decode } = decoding.value;
        const { width, height, format } = pixels;

        const prepared = await timed(() => preprocess(pixels, trained.preprocess));
        signal.throwIfAborted();
        const stored = await asked;
        const encoded = stored
          ? { embedding: stored, ms: 0 }
          : await run(prepared.value, trained, { ...asker, signal });
        return {
          image: { sha256, width, height, format },
          geometry: fitImage({ width, height }, trained.preprocess),
          input: prepared.value,
          embedding: stored ?? shared?.put(sha256, trained, encoded.embedding) ?? encoded.embedding,
          isStored: stored !== undefined,
          timingsMs: { decode, preprocess: prepared.ms, encode: encoded.ms },
        };
      },
      asker.signal,
    );
}
