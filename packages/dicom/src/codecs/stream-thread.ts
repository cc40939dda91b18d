import { parentPort } from 'node:worker_threads';
import { isZooError, type ZooErrorData } from '@medzoo/core/contract';
import type { FrameShape } from '../pixels/frame-shape.js';
import type { CodecSamples } from '../pixels/samples.js';
import { createStreamDecoder } from './decode-stream.js';

export interface StreamRequest {
  readonly stream: Uint8Array;
  readonly shape: FrameShape;
}

/** `isReady` comes once, when the thread has started. */
export type StreamReply =
  | { readonly isReady: true }
  | { readonly ok: true; readonly samples: CodecSamples }
  | { readonly ok: false; readonly error?: ZooErrorData };

// What runs in the thread of `createThreadedDecoder`: one stream at a time.
const decoder = createStreamDecoder();
parentPort?.on('message', ({ stream, shape }: StreamRequest) => {
  decoder.decode(stream, shape).then(
    (samples) =>
      parentPort?.postMessage({ ok: true, samples } satisfies StreamReply, [samples.data.buffer as ArrayBuffer]),
    (error: unknown) => parentPort?.postMessage(toReply(error)),
  );
});

parentPort?.postMessage({ isReady: true } satisfies StreamReply);

/** Whatever a library says of a stream that it stumbles on stays here. */
function toReply(error: unknown): StreamReply {
  if (!isZooError(error)) return { ok: false };
  const { cause: _, ...data } = error.toJSON();
  return { ok: false, error: data };
}
