import { ZooError } from '../../../contract/index.js';

const LOCAL_HOSTS = ['localhost', '127.0.0.1', '[::1]'];

/**
 * Reads where weights lie: file:, https:, or http: on this machine only, since what plain http carries is anybody's to
 * change and to read. Throws INVALID_MANIFEST.
 */
export function parseWeightsUrl(url: string): URL {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  const { protocol, hostname } = parsed ?? {};
  if (parsed && (protocol === 'file:' || protocol === 'https:')) return parsed;
  if (parsed && protocol === 'http:' && LOCAL_HOSTS.includes(hostname!)) return parsed;
  throw new ZooError(
    'INVALID_MANIFEST',
    'Weights come from a file: or an https: URL, or from http: on localhost; got ' +
      `${parsed ? describeUrl(parsed) : url}. Mend model.url in its model file.`,
    { details: { url: parsed ? describeUrl(parsed) : url } },
  );
}

/** Without the query and the user, which may hold a key: for messages. */
export function describeUrl({ protocol, host, pathname }: URL): string {
  return `${protocol}//${host}${pathname}`;
}
