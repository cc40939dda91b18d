import type { Request, Response } from 'express';

/** What is wrong with a request, as GraphQL says it. */
interface GraphqlError {
  readonly message: string;
  readonly extensions: Readonly<Record<string, unknown>>;
}

/** The first is for those to whom either will do, as in Apollo. */
const MEDIA_TYPES = ['application/json', 'application/graphql-response+json'];

/**
 * Answers a request that does not get to Apollo as Apollo would, in the media type that the client prefers: in plain
 * JSON, Apollo's client shows the status and not the error.
 */
export function sendGraphqlErrors(request: Request, response: Response, status: number, error: GraphqlError): void {
  const type = request.accepts(MEDIA_TYPES) || MEDIA_TYPES[0]!;
  response
    .status(status)
    .type(type)
    .json({ errors: [error] });
}
