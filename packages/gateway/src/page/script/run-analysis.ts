import type { HeadAnswer } from './analyze-query.js';
import type { GatewayRequests, UploadedImage } from './ask-gateway.js';
import { PageError } from './fault.js';
import type { FileFacts, ShownView } from './medical-view.js';

/** What a person put into the form. */
export interface Analysis {
  readonly file: Blob;
  readonly headIds: readonly string[];
  /** What the gateway takes of one image. */
  readonly maxBytes: number;
  /** The file's usual one if left out. */
  readonly view?: ShownView;
}

export interface AnalysisResult {
  readonly image: UploadedImage;
  /** In the order of the heads asked for. */
  readonly answers: readonly HeadAnswer[];
  readonly uploadMs: number;
  readonly analyzeMs: number;
  /** What the answers are about. */
  readonly view: ShownView;
  /** Of a file that browsers do not show. */
  readonly facts: FileFacts | undefined;
}

/** Browsers show these themselves. */
const SHOWN_BY_BROWSERS: readonly string[] = ['image/png', 'image/jpeg', 'image/webp'];

/**
 * Uploads, then asks. A file that is too large is refused here, in the gateway's words: the gateway cuts the connection
 * of an upload far above its limit, and a browser then says nothing but that there was no answer.
 */
export async function runAnalysis(
  { file, headIds, maxBytes, view: asked }: Analysis,
  requests: GatewayRequests,
  signal: AbortSignal,
  onUploaded: () => void,
): Promise<AnalysisResult> {
  if (file.size > maxBytes) {
    const message = `An image may have at most ${maxBytes} bytes; this file has ${file.size}. Choose a smaller one.`;
    throw new PageError('upload', { code: 'IMAGE_TOO_LARGE', message, retryable: false });
  }
  const startedAt = performance.now();
  const image = await requests.upload(file, signal);
  const uploadedAt = performance.now();
  onUploaded();
  const view = asked ?? { frame: image.frame ?? 0, window: null };
  const isShown = SHOWN_BY_BROWSERS.includes(image.mediaType) && (image.frames ?? 1) === 1;
  const answers = await requests.analyze(image.id, headIds, signal, asked);
  const facts = isShown ? undefined : await requests.describe(image.id, signal);
  const times = { uploadMs: uploadedAt - startedAt, analyzeMs: performance.now() - uploadedAt };
  return { image, answers, ...times, view, facts };
}
