import type { Dispatcher } from 'undici';
import { parseWeightsUrl } from './weights-url.js';
import type { WeightsOptions } from '../weights-options.js';

const MAX_REDIRECTS = 10;
const SILENCE_MS = 60_000;

/** Asks once; `from` is the byte to go on from, `validator` the ETag or date of what came before. */
export interface WeightsRequest {
  readonly url: URL;
  readonly from: number;
  readonly validator: string | undefined;
  readonly headers: WeightsOptions['headers'];
  readonly signal: AbortSignal | undefined;
}

export type WeightsResponse = Pick<Dispatcher.ResponseData, 'statusCode' | 'body'> & {
  readonly headers: Readonly<Record<string, string | undefined>>;
};

/** A connection pool that goes through HTTP_PROXY, HTTPS_PROXY and NO_PROXY, which Node 20 by itself does not. */
export async function createRequester(): Promise<{
  request(request: WeightsRequest): Promise<WeightsResponse>;
  close(): Promise<void>;
}> {
  const { EnvHttpProxyAgent, request } = await import('undici'); // whoever has all weights never loads it
  const dispatcher = new EnvHttpProxyAgent({ headersTimeout: SILENCE_MS, bodyTimeout: SILENCE_MS });

  async function ask(
    { url, from, validator, signal }: WeightsRequest,
    own: Readonly<Record<string, string>>,
  ): Promise<WeightsResponse> {
    const response = await request(url, {
      dispatcher,
      headers: {
        'accept-encoding': 'identity', // a range is of the bytes as they lie there
        'user-agent': 'medzoo',
        ...(from > 0 && { range: `bytes=${from}-` }),
        ...(from > 0 && validator !== undefined && { 'if-range': validator }),
        ...own,
      },
      ...(signal && { signal }),
    });
    const plain = Object.entries(response.headers).map(([name, value]) => [name, value?.toString()]);
    return {
      statusCode: response.statusCode,
      body: response.body,
      headers: Object.fromEntries(plain) as WeightsResponse['headers'],
    };
  }

  return {
    async request(first) {
      let { url } = first;
      let isFirstOrigin = true;
      for (let hops = 0; hops <= MAX_REDIRECTS; hops += 1) {
        const own = isFirstOrigin ? { ...credentialsOf(first.url), ...inLowerCase(first.headers?.(url)) } : {};
        const response = await ask({ ...first, url }, own);
        const { location } = response.headers;
        if (![301, 302, 303, 307, 308].includes(response.statusCode) || location === undefined) return response;
        await response.body.dump();
        const next = parseWeightsUrl(new URL(location, url).href); // not from https to http, nor to a file
        if (next.protocol === 'file:') throw new Error('it redirects to a file');
        // Once elsewhere, keys are not sent any more, not even back: where to is now another server's word.
        isFirstOrigin &&= next.origin === url.origin;
        url = next;
      }
      throw new Error(`it redirects more than ${MAX_REDIRECTS} times`);
    },
    close: () => dispatcher.destroy(),
  };
}

/** The user and password of a URL, which the client by itself leaves out. */
function credentialsOf({ username, password }: URL): Readonly<Record<string, string>> {
  if (username === '' && password === '') return {};
  const text = [username, password].map(decode).join(':');
  return { authorization: `Basic ${Buffer.from(text).toString('base64')}` };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // it has a percent sign of its own
  }
}

/** The names of headers in lower case, so that one of the caller's takes the place of ours. */
function inLowerCase(headers: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
