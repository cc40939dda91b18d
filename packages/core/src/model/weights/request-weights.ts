import type { Dispatcher } from 'undici';
import { parseWeightsUrl } from './weights-url.js';
import type { WeightsOptions } from './weights-options.js';

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

  async function ask({ url, from, validator, headers, signal }: WeightsRequest): Promise<WeightsResponse> {
    const response = await request(url, {
      dispatcher,
      headers: {
        'accept-encoding': 'identity', // a range is of the bytes as they lie there
        'user-agent': 'medzoo',
        ...(from > 0 && { range: `bytes=${from}-` }),
        ...(from > 0 && validator !== undefined && { 'if-range': validator }),
        ...headers?.(url),
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
      for (let hops = 0; hops <= MAX_REDIRECTS; hops += 1) {
        const response = await ask({ ...first, url });
        const { location } = response.headers;
        if (![301, 302, 303, 307, 308].includes(response.statusCode) || location === undefined) return response;
        await response.body.dump();
        const next = parseWeightsUrl(new URL(location, url).href); // not from https to http, nor to a file
        if (next.protocol === 'file:') throw new Error('it redirects to a file');
        url = next;
      }
      throw new Error(`it redirects more than ${MAX_REDIRECTS} times`);
    },
    close: () => dispatcher.destroy(),
  };
}
