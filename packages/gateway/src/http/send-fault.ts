import type { ErrorRequestHandler, Response } from 'express';
import type { Logger } from 'pino';
import { describeFault } from '../errors/describe-fault.js';
import { logFault } from '../errors/log-fault.js';
import { sendError } from '../errors/send-error.js';
import { currentRequestId } from '../observability/current-request.js';

/**
 * The last handler: answers every error as JSON, in GraphQL's form where GraphQL was asked, and logs those of the
 * server.
 */
export function sendFaults(logger: Logger): ErrorRequestHandler {
  return (error: unknown, request, response, next) => {
    logFault(logger, error, 'request failed');
    if (response.headersSent) {
      next(error); // Too late for an answer: express cuts the connection.
      return;
    }
    const { retryAfterSeconds, ...fault } = describeFault(error, currentRequestId());
    // Of the answer that was meant to go out: a fault is neither an image nor to be kept.
    response.removeHeader('etag');
    response.setHeader('cache-control', 'no-store');
    if (retryAfterSeconds !== undefined) response.setHeader('retry-after', retryAfterSeconds);
    sendError(request, response, fault);
  };
}

/** For paths that lead nowhere. */
export function sendNotFound(response: Response): void {
  const message = 'There is nothing here. See / for what there is.';
  response.status(404).json({ error: { code: 'NOT_FOUND', message, retryable: false } });
}
