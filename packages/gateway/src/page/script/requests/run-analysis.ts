import { formatCount, formatFileSize } from '../answers/format.js';
import type { HeadAnswer } from './analyze-query.js';
import type { GatewayRequests } from './ask-gateway.js';
import { PageError } from './fault.js';
import type { Upload, UploadedImage, UploadedPart } from './read-upload.js';
import type { FileFacts, ShownView } from '../pictures/medical-view.js';

/** What a person put into the form. */
export interface Analysis {
  readonly file: Blob;
  /** None where an image is only to be pointed at: then nothing is asked of it yet. */
  readonly headIds: readonly string[];
  /** What the gateway takes of one image. */
  readonly maxBytes: number;
  /** The file's usual one if left out. */
  readonly view?: ShownView;
  /** What came of the file's upload before: another view of it need not send it again. */
  readonly uploaded?: Upload;
  /** Which part of the upload, if it has several; the first if left out. */
  readonly part?: number;
}

export interface AnalysisResult {
  /** The one that was analysed. */
  readonly image: UploadedImage;
  /** All that can be shown: one, or those of a series, one for each frame of the view. */
  readonly images: readonly UploadedImage[];
  readonly uploaded: Upload;
  /** Which part of the upload they are. */
  readonly part: number;
  /** What the gateway analyses as a whole, and how many frames it has. */
  readonly series: { readonly id: string; readonly frameCount: number } | null;
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
  { file, headIds, maxBytes, view: asked, uploaded: before, part = 0 }: Analysis,
  requests: GatewayRequests,
  signal: AbortSignal,
  onUploaded: (uploaded: Upload, part: number) => void,
): Promise<AnalysisResult> {
  if (file.size > maxBytes) {
    const [most, size] = [maxBytes, file.size].map(sayFileSize);
    const message = `An image may have at most ${most!}; this file has ${size!}. Choose a smaller one.`;
    throw new PageError('upload', { code: 'IMAGE_TOO_LARGE', message, retryable: false });
  }
  const startedAt = performance.now();
  const uploaded = before ?? (await requests.upload(file, signal));
  const { images, seriesId }: UploadedPart = uploaded.parts[part] ?? uploaded.parts[0];
  const uploadedAt = performance.now();
  onUploaded(uploaded, part);
  const isSeries = images.length > 1;
  const view = asked ?? { frame: firstFrame(images), window: null };
  const place = placeOf(images, view);
  const { image } = place;
  const isShown = !isSeries && SHOWN_BY_BROWSERS.includes(image.mediaType) && (image.frames ?? 1) === 1;
  const heads = headIds.map((id) => ({ id }));
  const answers = heads.length === 0 ? [] : await requests.analyze(image.id, heads, signal, place.view);
  const described = isShown ? undefined : await requests.describe(image.id, signal);
  const facts = described && isSeries ? { ...described, frames: images.length } : described;
  const own = described?.series ?? null;
  const ofZip = seriesId === null ? null : { id: seriesId, frameCount: images.length };
  const times = { uploadMs: uploadedAt - startedAt, analyzeMs: performance.now() - uploadedAt };
  return {
    image,
    images,
    uploaded,
    part,
    series: isSeries ? ofZip : own,
    answers,
    ...times,
    view,
    facts,
  };
}

/**
 * Which of several is shown first: the middle of a series or a volume, whose outermost slices show little. Of pages and
 * animations the one that the gateway takes.
 */
function firstFrame(images: readonly UploadedImage[]): number {
  if (images.length > 1) return images.length >> 1;
  const { frames = 1, frame = 0, mediaType } = images[0]!;
  return frames > 1 && mediaType.startsWith('application/') ? frames >> 1 : frame;
}

/** The image that a view is of, and the view of it: each image of a series is one frame of what is shown. */
export function placeOf(
  images: readonly UploadedImage[],
  view: ShownView,
): { readonly image: UploadedImage; readonly view: ShownView } {
  const [first] = images;
  if (images.length === 1) return { image: first!, view };
  return { image: images[view.frame] ?? first!, view: { ...view, frame: 0 } };
}

/** Two files of about one size are told apart by their bytes. */
function sayFileSize(bytes: number): string {
  const size = formatFileSize(bytes);
  return size.endsWith('bytes') ? size : `${size} (${formatCount(bytes)} bytes)`;
}
