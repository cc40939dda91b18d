import type { RequestHandler } from 'express';

/** Refuses what a page of another site makes a browser send without asking: an upload needs no CORS preflight. */
export const refuseCrossSite: RequestHandler = (request, response, next) => {
  if (request.method !== 'POST' || request.get('sec-fetch-site') !== 'cross-site') {
    next();
    return;
  }
  const message = 'A page of another site may not send this. Serve the page and the gateway from one origin.';
  response.status(403).json({ error: { code: 'CROSS_SITE', message, retryable: false } });
};
