import { randomUUID } from 'node:crypto';
import type { Request, RequestHandler } from 'express';
import type { Logger } from 'pino';
import { runInRequest } from '../observability/current-request.js';
import type { Metrics } from '../observability/metrics.js';

/** Gives each request an id (the caller's own, if it is a harmless one), tells it in a header, and logs the end in one line. */
export function logRequests(logger: Logger, metrics: Metrics): RequestHandler {
  return (request, response, next) => {
    const requestId = requestIdOf(request);
    const startedAt = performance.now();
    response.setHeader('x-request-id', requestId);
    response.once('close', () => {
      const ms = performance.now() - startedAt;
      const { method } = request;
      const { statusCode: status, writableFinished } = response;
      const route = routeOf(request);
      metrics.observeRequest({ method, route, status, seconds: ms / 1000 });
      const line = {
        method,
        route,
        status,
        ms: Math.round(ms),
        ...imageOf(request),
        ...(!writableFinished && { aborted: true }),
      };
      runInRequest(requestId, () => logger.info(line, 'request'));
    });
    runInRequest(requestId, next);
  };
}

function requestIdOf(request: Request): string {
  const given = request.get('x-request-id');
  return given !== undefined && /^[\w.-]{1,64}$/.test(given) ? given : randomUUID();
}

/** The pattern, never the path: ids and labels stay out of logs and metrics. */
function routeOf(request: Request): string {
  const { path } = (request.route ?? {}) as { readonly path?: unknown };
  return typeof path === 'string' ? path : 'none';
}

/** The start of the digest: enough to find an image's lines, not enough to fetch it. */
function imageOf({ path }: Request): { readonly image?: string } {
  const [, image] = /^\/images\/([0-9a-f]{8})[0-9a-f]{56}(\/|$)/.exec(path) ?? [];
  return image === undefined ? {} : { image };
}
