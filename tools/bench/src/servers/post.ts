import { request } from 'undici';

export interface PostOptions {
  readonly contentType?: string;
  readonly signal?: AbortSignal | undefined;
}

export interface Reply<T> {
  readonly status: number;
  readonly json: T;
}

/**
 * Posts to a server and reads its JSON. Not by `fetch`, which takes three times as much: whoever makes the load has the
 * same cores as the servers that are measured. Rejects where the answer is none, whatever its status.
 */
export async function post<T>(
  url: URL,
  body: string | Uint8Array,
  { contentType, signal }: PostOptions = {},
): Promise<Reply<T>> {
  const { statusCode, body: answer } = await request(url, {
    method: 'POST',
    body,
    ...(contentType !== undefined && { headers: { 'content-type': contentType } }),
    ...(signal && { signal }),
  });
  const text = await answer.text();
  try {
    return { status: statusCode, json: JSON.parse(text) as T };
  } catch {
    throw new Error(`${url.href} answered ${statusCode} without JSON.`);
  }
}
