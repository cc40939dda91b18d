import type { ApolloServerPlugin, BaseContext, GraphQLRequestListener } from '@apollo/server';
import { unwrapResolverError } from '@apollo/server/errors';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import type { Logger } from 'pino';
import { describeFault, shortenMessage } from '../errors/describe-fault.js';
import { logFault } from '../errors/log-fault.js';
import { currentRequestId } from '../observability/current-request.js';

/**
 * What the caller sees of an error. GraphQL's own (syntax, unknown fields, wrong variables) are the caller's and stay
 * as they are.
 */
export function formatError(formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError {
  const thrown = unwrapResolverError(error);
  if (thrown instanceof GraphQLError) {
    const extensions = isWrongArgument(thrown) ? { code: 'BAD_USER_INPUT' } : formatted.extensions;
    return { ...formatted, message: shortenMessage(formatted.message), ...(extensions && { extensions }) };
  }
  const { code, message, retryable, details, requestId } = describeFault(thrown, currentRequestId());
  return {
    ...formatted,
    message,
    extensions: { code, retryable, ...(details && { details }), ...(requestId !== undefined && { requestId }) },
  };
}

/** Logs the server's faults, and tells proxies and clients that do not read GraphQL when to come back. */
export function tellFaults(logger: Logger): ApolloServerPlugin {
  const listener: GraphQLRequestListener<BaseContext> = {
    didEncounterErrors({ errors, response: { http } }) {
      for (const thrown of errors.map(unwrapResolverError)) {
        if (thrown instanceof GraphQLError) continue;
        logFault(logger, thrown, 'resolver failed');
        const { status, retryAfterSeconds } = describeFault(thrown);
        if (retryAfterSeconds === undefined) continue;
        http.status = status;
        http.headers.set('retry-after', String(retryAfterSeconds));
      }
      return Promise.resolve();
    },
  };
  return { requestDidStart: () => Promise.resolve(listener) };
}

/** Found only while a query is executed, such as null for what may not be null, and then without a code. */
function isWrongArgument({ message, extensions }: GraphQLError): boolean {
  return extensions.code === undefined && message.startsWith('Argument "');
}
