import { ANALYZE_QUERY, EXPORTS_QUERY, FILE_QUERY, type HeadAnswer } from './analyze-query.js';
import { isRecord, noAnswer, PageError, readFault, strangeAnswer, unreadableFile } from './fault.js';
import { readUpload, type Upload } from './read-upload.js';
import type { FileFacts, ShownView } from '../pictures/medical-view.js';

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
  upload(file: Blob, signal: AbortSignal): Promise<Upload>;
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
      const response = await send('upload', '/images', { method: 'POST', body, signal }).catch(
        async (error: unknown) => {
          if (!(error instanceof PageError) || (await isReadable(file))) throw error;
          throw new PageError('upload', unreadableFile());
        },
      );
      const reply = await readJson(response, signal);
      const uploaded = response.ok ? readUpload(reply) : undefined;
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

/** A browser says of an upload that failed no more than that; a file that was changed since it was chosen fails too. */
function isReadable(file: Blob): Promise<boolean> {
  return file
    .slice(0, 1)
    .arrayBuffer()
    .then(
      () => true,
      () => false,
    );
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
