import type { RequestHandler } from 'express';
import { sendError } from '../../errors/send-error.js';
import type { GatewaySettings } from '../../settings.js';
import { hostNameOf, isAllowedHost } from './hosts.js';

/** What orchestrators ask under whatever address they know; the answers hold nothing of an image. */
const FOR_ANYBODY: ReadonlySet<string> = new Set(['/health', '/ready']);

/** Refuses requests under names that nobody gave this gateway. */
export function checkHost({ allowedHosts }: GatewaySettings): RequestHandler {
  return (request, response, next) => {
    // Both: X-Forwarded-Host counts if a proxy is trusted with it, and a page under a strange name could send that too.
    const given: readonly (string | undefined)[] = [request.headers.host, request.host];
    const isStrange = (host: string | undefined): boolean => !isAllowedHost(host, request, allowedHosts);
    if (!given.some(isStrange)) next();
    else if (FOR_ANYBODY.has(request.path)) next();
    else {
      const name = hostNameOf(given.find(isStrange));
      const under = name === undefined ? 'without a readable Host header' : `under the name "${name.slice(0, 100)}"`;
      const message = `This gateway answers no requests ${under}. Whoever runs it adds names to MEDZOO_ALLOWED_HOSTS.`;
      sendError(request, response, { status: 421, code: 'HOST_NOT_ALLOWED', message, retryable: false });
    }
  };
}
