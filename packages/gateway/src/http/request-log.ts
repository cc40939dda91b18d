import { randomUUID } from 'node:crypto';
import type { Request, RequestHandler } from 'express';
import type { Logger } from 'pino';
import { trace } from '@opentelemetry/api';
import { runInRequest } from '../observability/current-request.js';
import type { Metrics } from '../observability/metrics.js';
import { startRequestSpan } from '../observability/request-span.js';

/**
 * Gives each request an id (the caller's own, if it is a harmless one), tells it in a header, and logs its arrival and
 * its end, in a line each: a request that never ends must have left a trace. Also draws a span, if traces are recorded.
 */
export function logRequests(logger: Logger, metrics: Metrics): RequestHandler {
  const tracer = trace.getTracer('medzoo');
  return (request, response, next) => {
    const span = startRequestSpan(tracer, request);
    const { context, traceId } = span;
    const current = { id: requestIdOf(request), context, ...(traceId !== undefined && { traceId }) };
    const startedAt = performance.now();
    response.setHeader('x-request-id', current.id);
    response.once('close', () => {
      const ms = performance.now() - startedAt;
      const { method } = request;
      const { statusCode: status, writableFinished } = response;
      const route = routeOf(request);
      metrics.observeRequest({ method, route, status, seconds: ms / 1000 });
      span.end(route, status);
      const line = {
        method,
        route,
        status,
        ms: Math.round(ms),
        ...imageOf(request),
        ...(!writableFinished && { aborted: true }),
      };
      runInRequest(current, () => logger.info(line, 'request'));
    });
    runInRequest(current, () => {
      const bytes = Number(request.headers['content-length']);
      const body = { ...(Number.isFinite(bytes) && { bytes }) };
      logger.info({ method: request.method, ...body, ...imageOf(request) }, 'request arrived');
      next();
    });
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
