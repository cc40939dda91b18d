import { takeFloat32, type Encoder } from '../contract/index.js';
import { decodeImage, type DecodedImage, type DecodeLimits } from '../image/decode-image.js';
import { fitImage } from '../image/geometry.js';
import { preprocess } from '../image/preprocess.js';
import type { OpenSessions } from '../sessions/open-once.js';
import type { RunFor, RunModel } from '../sessions/run-in-turn.js';
import type { CachedImage, EmbeddingCache } from './embedding-cache.js';
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
): EncodeImage {
  // Two encoders that look at one image at the same time share its pixels; these are too large to keep for longer.
  const shareDecoding = createSharedRuns<{ readonly value: DecodedImage; readonly ms: number }>();

  return ({ bytes, sha256 }, { trained }, asker) =>
    cache.get(
      `${sha256} ${trained.model.sha256}`,
      async (signal) => {
        const decoding = await shareDecoding(sha256, () => timed(() => decodeImage(bytes, limits)), signal);
        const { value: pixels, ms: decode } = decoding.value;
        const { width, height, format } = pixels;

        const prepared = await timed(() => preprocess(pixels, trained.preprocess));
        signal.throwIfAborted();
        const session = await sessions.open(trained.model, signal);
        const feeds = { [trained.model.inputs[0]!.name]: prepared.value };
        const encoded = await runModel(session, feeds, { ...asker, signal });
        return {
          image: { sha256, width, height, format },
          geometry: fitImage({ width, height }, trained.preprocess),
          input: prepared.value,
          embedding: takeFloat32(encoded.value, trained.model.outputs[0]!.name),
          timingsMs: { decode, preprocess: prepared.ms, encode: encoded.ms },
        };
      },
      asker.signal,
    );
}
