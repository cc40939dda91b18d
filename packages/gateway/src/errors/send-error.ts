import type { Request, Response } from 'express';
import type { Fault } from './describe-fault.js';

/** As express finds the route: clients are configured with a slash at the end, too. */
const GRAPHQL = /^\/graphql\/?$/i;

/** The first is for those to whom either will do, as in Apollo. */
const MEDIA_TYPES = ['application/json', 'application/graphql-response+json'];

/**
 * Answers with an error that Apollo does not answer: in GraphQL's form where GraphQL was asked, and then in the media
 * type that the client prefers. Of plain JSON with such a status Apollo's client shows the status alone.
 */
export function sendError(
  request: Request,
  response: Response,
  { status, message, ...extensions }: Omit<Fault, 'retryAfterSeconds'>,
): void {
  const isGraphql = GRAPHQL.test(request.baseUrl + request.path);
  const type = isGraphql && request.accepts(MEDIA_TYPES);
  response.status(status).type(type || 'json');
  response.json(isGraphql ? { errors: [{ message, extensions }] } : { error: { ...extensions, message } });
}
