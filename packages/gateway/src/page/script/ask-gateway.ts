import { ANALYZE_QUERY, type HeadAnswer } from './analyze-query.js';
import { isRecord, noAnswer, PageError, readFault, strangeAnswer } from './fault.js';

/** An image as the gateway knows it; width and height as a person sees it. */
export interface UploadedImage {
  readonly id: string;
  readonly width: number;
  readonly height: number;
}

/** The requests of the page. Each rejects with a `PageError`, or with the signal's reason once it is aborted. */
export interface GatewayRequests {
  /** Sends the bytes alone, never the file's name. */
  upload(file: Blob, signal: AbortSignal): Promise<UploadedImage>;
  /** One query for all heads: the image is encoded once. */
  analyze(imageId: string, headIds: readonly string[], signal: AbortSignal): Promise<readonly HeadAnswer[]>;
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

  return {
    async upload(file, signal) {
      // A slice has the bytes of a file and nothing else of it.
      const body = file.slice(0, file.size, 'application/octet-stream');
      const response = await send('upload', '/images', { method: 'POST', body, signal });
      const reply = await readJson(response, signal);
      if (response.ok && isUploaded(reply)) return reply;
      throw new PageError('upload', readFault(reply) ?? strangeAnswer(response.status));
    },

    async analyze(imageId, headIds, signal) {
      const variables = { id: imageId, heads: headIds.map((id) => ({ id })) };
      const response = await send('query', '/graphql', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query: ANALYZE_QUERY, variables }),
        signal,
      });
      const reply = await readJson(response, signal);
      const fault = readFault(reply);
      const answers = answersOf(reply);
      if (!fault && isGone(reply)) throw new PageError('query', IMAGE_GONE);
      if (fault || !answers) throw new PageError('query', fault ?? strangeAnswer(response.status));
      return answers;
    },

    async fetchPicture(url, signal) {
      const response = await send('picture', url, { signal });
      if (response.ok && response.headers.get('content-type')?.startsWith('image/')) return response.blob();
      throw new PageError('picture', readFault(await readJson(response, signal)) ?? strangeAnswer(response.status));
    },
  };
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

/** The gateway answers its own query in the shape of its schema; only what is not its answer at all is told apart. */
function answersOf(reply: unknown): readonly HeadAnswer[] | undefined {
  const data = isRecord(reply) ? reply.data : undefined;
  const image = isRecord(data) ? data.image : undefined;
  const answers = isRecord(image) ? image.analyze : undefined;
  return Array.isArray(answers) ? (answers as readonly HeadAnswer[]) : undefined;
}
