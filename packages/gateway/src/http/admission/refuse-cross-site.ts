import type { Request, RequestHandler } from 'express';
import { sendError } from '../../errors/send-error.js';

const READS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/** The editor's files, which are the same everywhere; its sandbox loads them as a page without an origin. */
const PUBLIC_FILES = '/altair/';

/**
 * Refuses what a page of another origin makes a browser send without asking: an upload needs no CORS preflight, and a
 * picture that loads or not tells whether it exists. A link to a page of ours is no such request. Programs, which are
 * no browsers, send neither header.
 */
export const refuseCrossSite: RequestHandler = (request, response, next) => {
  if (isOfOtherOrigin(request) && !isHarmless(request)) {
    const message = 'A page of another site may not send this. Serve the page and the gateway from one origin.';
    sendError(request, response, { status: 403, code: 'CROSS_SITE', message, retryable: false });
    return;
  }
  next();
};

/**
 * Browsers say so themselves, but for plain http to another host than localhost: then the origin is held against the
 * host.
 */
function isOfOtherOrigin(request: Request): boolean {
  const site = request.get('sec-fetch-site');
  if (site !== undefined) return site !== 'same-origin' && site !== 'none';
  const { origin } = request.headers;
  if (origin === undefined) return false;
  const hosts = [request.headers.host, request.host].map((host) => host?.toLowerCase());
  return !hosts.includes(/^https?:\/\/([^/]+)$/i.exec(origin)?.[1]?.toLowerCase());
}

/** Somebody follows a link, or it is about nothing of ours. */
function isHarmless(request: Request): boolean {
  if (!READS.has(request.method)) return false;
  return request.get('sec-fetch-mode') === 'navigate' || request.path.startsWith(PUBLIC_FILES);
}
