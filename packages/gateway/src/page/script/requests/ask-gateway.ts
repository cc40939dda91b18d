import { ANALYZE_QUERY, EXPORTS_QUERY, FILE_QUERY, type HeadAnswer } from './analyze-query.js';
import { isRecord, noAnswer, PageError, readFault, strangeAnswer } from './fault.js';
import type { FileFacts, ShownView } from '../pictures/medical-view.js';

/** An image as the gateway knows it; width and height as a person sees it. */
export interface UploadedImage {
  readonly id: string;
  readonly width: number;
  readonly height: number;
  readonly mediaType: string;
  /** Of a file that has several. */
  readonly frames?: number;
  readonly frame?: number;
}

/** What was uploaded: an image, or the series of a ZIP, whose images are shown as frames. */
export interface UploadedFile {
  readonly images: readonly UploadedImage[];
  /** What the gateway knows the series by. */
  readonly seriesId: string | null;
}

/** A file that an answer can become, or why not. */
export interface OfferedFile {
  readonly format: string;
  readonly url: string | null;
  readonly reason: string | null;
}

/** A head and what it is asked: params that differ from their defaults. */
export interface AskedHead {
  readonly id: string;
  readonly params?: Readonly<Record<string, unknown>>;
}

/** The requests of the page. Each rejects with a `PageError`, or with the signal's reason once it is aborted. */
export interface GatewayRequests {
  /** Sends the bytes alone, never the file's name. */
  upload(file: Blob, signal: AbortSignal): Promise<UploadedFile>;
  /** One query for all heads: the image is encoded once. */
  analyze(
    imageId: string,
    heads: readonly AskedHead[],
    signal: AbortSignal,
    view?: ShownView,
    outOfDomain?: 'REFUSE' | 'WARN',
  ): Promise<readonly HeadAnswer[]>;
  /** What a file says of itself. */
  describe(imageId: string, signal: AbortSignal): Promise<FileFacts>;
  listExports(imageId: string, head: AskedHead, view: ShownView, signal: AbortSignal): Promise<readonly OfferedFile[]>;
  /** A mask or a heat map, by the `url` of an answer. */
  fetchPicture(url: string, signal: AbortSignal): Promise<Blob>;
}

/** `origin` is the page's own: a gateway answers no other. */
export function askGateway(origin: string): GatewayRequests {
  const send = async (stage: PageError['stage'], path: string, init: RequestInit): Promise<Response> => {
    try {
      return await fetch(new URL(path, origin), init);
    } catch {
      init.signal?.throwIfAborted();
      throw new PageError(stage, noAnswer());
    }
  };

  /**
   * The image of the answer. The gateway answers its own query in the shape of its schema; only what is no answer at
   * all is told apart.
   */
  const ask = async (query: string, variables: object, signal: AbortSignal): Promise<Record<string, unknown>> => {
    const response = await send('query', '/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query, variables }),
      signal,
    });
    const reply = await readJson(response, signal);
    const fault = readFault(reply);
    if (!fault && isGone(reply)) throw new PageError('query', IMAGE_GONE);
    const image = imageOf(reply);
    if (fault || !image) throw new PageError('query', fault ?? strangeAnswer(response.status));
    return image;
  };

  return {
    async upload(file, signal) {
      // A slice has the bytes of a file and nothing else of it.
      const body = file.slice(0, file.size, 'application/octet-stream');
      const response = await send('upload', '/images', { method: 'POST', body, signal });
      const reply = await readJson(response, signal);
      const uploaded = response.ok ? toUploaded(reply) : undefined;
      if (uploaded) return uploaded;
      throw new PageError('upload', readFault(reply) ?? strangeAnswer(response.status));
    },

    async analyze(imageId, heads, signal, view, outOfDomain) {
      const variables = { id: imageId, heads, ...view, outOfDomain };
      return (await ask(ANALYZE_QUERY, variables, signal)).analyze as readonly HeadAnswer[];
    },

    async describe(imageId, signal) {
      return (await ask(FILE_QUERY, { id: imageId }, signal)) as unknown as FileFacts;
    },

    async listExports(imageId, head, view, signal) {
      const image = await ask(EXPORTS_QUERY, { id: imageId, head, ...view }, signal);
      return image.exports as readonly OfferedFile[];
    },

    async fetchPicture(url, signal) {
      const response = await send('picture', url, { signal });
      if (response.ok && response.headers.get('content-type')?.startsWith('image/')) return response.blob();
      throw new PageError('picture', readFault(await readJson(response, signal)) ?? strangeAnswer(response.status));
    },
  };
}

/** Of a ZIP its first series, else its first image. */
function toUploaded(reply: unknown): UploadedFile | undefined {
  if (isUploaded(reply)) return { images: [reply], seriesId: null };
  if (!isRecord(reply) || !Array.isArray(reply.images) || !Array.isArray(reply.series)) return undefined;
  const images = reply.images.filter(isUploaded);
  const [series] = reply.series as readonly { readonly id: string | null; readonly images: readonly string[] }[];
  const members = series?.images.flatMap((id) => images.find((image) => image.id === id) ?? []) ?? images.slice(0, 1);
  return members.length > 0 ? { images: members, seriesId: series?.id ?? null } : undefined;
}

function isUploaded(reply: unknown): reply is UploadedImage {
  return isRecord(reply) && typeof reply.id === 'string' && Number(reply.width) > 0 && Number(reply.height) > 0;
}

/** Undefined for what is no JSON. */
async function readJson(response: Response, signal: AbortSignal): Promise<unknown> {
  try {
    return await response.json();
  } catch {
    signal.throwIfAborted();
    return undefined;
  }
}

const IMAGE_GONE = {
  code: 'IMAGE_NOT_FOUND',
  message: 'The gateway does not keep the image any more. Press Analyse again: that uploads it again.',
  retryable: true,
};

/** The gateway answers null for an image that it does not have. */
function isGone(reply: unknown): boolean {
  return isRecord(reply) && isRecord(reply.data) && reply.data.image === null;
}

function imageOf(reply: unknown): Record<string, unknown> | undefined {
  const data = isRecord(reply) ? reply.data : undefined;
  const image = isRecord(data) ? data.image : undefined;
  return isRecord(image) ? image : undefined;
}
