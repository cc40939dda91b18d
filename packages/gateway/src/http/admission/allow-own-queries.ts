import type { RequestHandler } from 'express';

/** What Apollo takes as proof that a browser asked before it sent a request. */
const PROOF = 'apollo-require-preflight';

/**
 * Apollo refuses a query by GET that a page of another site could make a browser send. Clients such as urql send short
 * queries so, with nothing that would tell them apart. A query is let through where it is surely of a page of this
 * gateway's origin, or of a program: each browser calls itself Mozilla, and a page cannot make it say otherwise.
 */
export const allowOwnQueries: RequestHandler = (request, _response, next) => {
  if (request.method === 'GET') {
    const site = request.get('sec-fetch-site');
    const isBrowser = /^\s*mozilla\//i.test(request.get('user-agent') ?? '');
    if (site === 'same-origin' || (site === undefined && !isBrowser)) request.headers[PROOF] ??= 'not needed';
  }
  next();
};
