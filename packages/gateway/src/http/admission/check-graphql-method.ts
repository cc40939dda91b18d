import type { RequestHandler } from 'express';
import { sendError } from '../../errors/send-error.js';

const METHODS = ['GET', 'HEAD', 'POST'];

/** What GraphQL is asked by, for /graphql: the editor of the same path answers GET alone. */
export const checkGraphqlMethod: RequestHandler = (request, response, next) => {
  const { method } = request;
  if (METHODS.includes(method)) {
    next();
    return;
  }
  response.setHeader('allow', METHODS.join(', '));
  if (method === 'OPTIONS') {
    response.status(204).end();
    return;
  }
  const message = `GraphQL is asked by POST, or by GET in the URL; this request was ${method}.`;
  sendError(request, response, { status: 405, code: 'BAD_REQUEST', message, retryable: false });
};
