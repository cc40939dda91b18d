import { ZooError } from '@medzoo/core/contract';
import { checkHeaders, type RemoteSettings, type RequestHeaders } from '../remote-options.js';

/** The headers of one request; rejects with BACKEND_UNAVAILABLE where the operator's own function for them fails. */
export async function readHeaders({ headers }: Pick<RemoteSettings, 'headers'>): Promise<RequestHeaders> {
  if (typeof headers !== 'function') return headers;
  let made: RequestHeaders;
  try {
    made = await headers();
  } catch {
    // Without its cause, which may hold the secret that it was to fetch.
    throw new ZooError(
      'BACKEND_UNAVAILABLE',
      'The function `headers` of the remote backend failed. Mend it in the config.',
    );
  }
  checkHeaders(made);
  return made;
}

/** Of what a server says about a fault. */
const MAX_WORDS = 300;

/** A server's own words, in one short line; one that repeats what it was sent must not bring a token into a log. */
export function quoteWords(words: string, headers: RequestHeaders): string {
  const secrets = Object.values(headers).flatMap((value) => [value, ...value.split(/\s+/)]);
  const line = secrets
    .filter(({ length }) => length > 3)
    .reduce((text, secret) => text.replaceAll(secret, '***'), words.replaceAll(/\s+/g, ' ').trim());
  return line.length > MAX_WORDS ? `${line.slice(0, MAX_WORDS)}…` : line;
}
