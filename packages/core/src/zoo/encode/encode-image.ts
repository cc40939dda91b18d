import {
  takeFloat32,
  type DecodedImage,
  type DecodeLimits,
  type Encoder,
  type ImageDecoder,
  type ImageSource,
  type PreprocessSpec,
  type Session,
  type Tensor,
  type WindowRule,
  type ZooObserver,
} from '../../contract/index.js';
import { decodeWatched, type Watch } from '../../image/decoding/decode-image.js';
import { giveBackPixels } from './give-back-pixels.js';
import { fitImage } from '../../image/preprocess/geometry.js';
import { preprocess } from '../../image/preprocess/preprocess.js';
import type { RunRequest } from '../../sessions/scheduling/device-scheduler.js';
import { filesOfModel } from '../../contract/model/model-files.js';
import { encodingKey } from '../cache/cache-keys.js';
import type { CachedImage, EmbeddingCache } from '../cache/embedding-cache.js';
import type { SharedEmbeddings } from '../embedding-store/shared-embeddings.js';
import type { ZooModels } from '../models/open-models.js';
import { explainNotFinite } from '../head/explain-not-finite.js';
import { imageKey } from '../../image/source/image-source.js';
import { createSharedRuns } from '../../flow/shared-runs.js';
import { stepsUnderWay } from '../../flow/steps-under-way.js';
import { timed } from '../../flow/timed.js';

/** The image as this encoder sees it: from the cache, from a run that is under way, or from a run of its own. */
export type EncodeImage = (
  source: ImageSource,
  encoder: Encoder,
  asker: RunRequest,
  /** By which grey values become 8 bits; the decoder's usual rule by default. */
  rule?: WindowRule,
) => Promise<CachedImage>;

export interface EncodeOptions {
  readonly limits?: Partial<DecodeLimits>;
  readonly decoders?: readonly ImageDecoder[] | undefined;
  readonly shared?: SharedEmbeddings | undefined;
  readonly observer?: ZooObserver | undefined;
}

export function createImageEncoder(
  { sessions, runModel, runningFiles }: Pick<ZooModels, 'sessions' | 'runModel' | 'runningFiles'>,
  cache: EmbeddingCache,
  { limits = {}, decoders, shared, observer }: EncodeOptions = {},
): EncodeImage {
  // Two encoders that look at one image at the same time share its pixels; these are too large to keep for longer.
  const shareDecoding = createSharedRuns<{ readonly value: DecodedImage; readonly ms: number }>();

  async function run(input: Tensor<'float32'>, encoder: Encoder, asker: RunRequest) {
    const { id, trained } = encoder;
    const { model } = trained;
    const feeds = { [model.inputs[0]!.name]: input };
    const encode = async (session: Session) => {
      const running = runModel(session, feeds, { ...asker, role: 'encoder', model: id });
      const { value, ms } = await explainNotFinite(running, { session, feeds, what: `The encoder "${id}"` });
      return {
        embedding: takeFloat32(value, model.outputs[0]!.name),
        ms,
        provider: session.provider,
        file: runningFiles.of(encoder, session),
      };
    };
    return sessions.use(filesOfModel(trained), encode, asker.signal);
  }

  /** Decodes and preprocesses. The pixels, which may be 150 MB, are nobody's any more when it has ended. */
  async function prepare({ bytes, view }: ImageSource, key: string, spec: PreprocessSpec, signal: AbortSignal) {
    const options = { view, decoders, rule: spec.window, purpose: 'head' } as const;
    const decode = (decoding: AbortSignal) => {
      const watch: Watch = (work) => stepsUnderWay.follow(work, { signal: decoding });
      return timed(() => decodeWatched(bytes, limits, { ...options, signal: decoding }, watch));
    };
    const decoded = (await shareDecoding(`${key} ${JSON.stringify(spec.window ?? null)}`, decode, signal)).value;
    const { width, height, format, view: used, data } = decoded.value;
    const { value: input, ms } = await timed(() => preprocess(decoded.value, spec));
    giveBackPixels(data.byteLength);
    return { width, height, format, view: used, input, timingsMs: { decode: decoded.ms, preprocess: ms } };
  }

  return async (image, encoder, asker, rule) => {
    const { sha256 } = image;
    const key = imageKey(sha256, image.view);
    const { id } = encoder;
    const trained = withRule(encoder.trained, rule);
    const file = await runningFiles.find(encoder, asker.signal);
    const planned = { ...trained, model: file.spec };
    const cached = await cache.get(
      encodingKey(key, planned),
      async (signal, sharedRank) => {
        const asked = shared?.get(key, planned);
        const prepared = await prepare(image, key, trained.preprocess, signal);
        const { width, height, format, input } = prepared;
        signal.throwIfAborted();
        const stored = await asked;
        const encoded = stored
          ? { embedding: stored, ms: 0, provider: null, file }
          : await run(input, encoder, { ...asker, signal, sharedRank });
        // It may have been closed since, and opened on another provider, for which there is another file.
        const ran = { ...trained, model: encoded.file.spec };
        const made = {
          image: { sha256, width, height, format },
          view: prepared.view,
          geometry: fitImage({ width, height }, trained.preprocess),
          input,
          embedding: stored ?? shared?.put(key, ran, encoded.embedding) ?? encoded.embedding,
          provider: encoded.provider,
          file: encoded.file,
          timingsMs: { ...prepared.timingsMs, encode: encoded.ms },
        };
        return { key: encodingKey(key, ran), encoded: made };
      },
      asker,
    );
    const { trace } = asker;
    const source = cached.source === 'run' && cached.encoded.provider === null ? 'store' : cached.source;
    observer?.({ type: 'embedding', encoder: id, source, ...(trace !== undefined && { trace }) });
    return cached;
  };
}

/** What the embedding depends on: a head may have been trained on another window than its encoder declares. */
function withRule(trained: Encoder['trained'], rule: WindowRule | undefined): Encoder['trained'] {
  const { window: _, ...preprocess } = trained.preprocess;
  return { ...trained, preprocess: { ...preprocess, ...(rule && { window: rule }) } };
}
